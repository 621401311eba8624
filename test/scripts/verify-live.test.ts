import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyCommand } from '../../scripts/verify-live.ts';

let folder: string;
const file = (name: string, content: object): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-verify-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const lines: string[] = [];
  const tell = (line: string) => lines.push(line);
  const code = await verifyCommand(args, { env: {}, now: Date.now, out: tell, err: tell });
  return { code, text: lines.join('\n') };
}
const CONFIG = {
  teams: [{ id: 'default', prefixes: ['base-images'], approvers: { users: ['U1A'] } }],
  destinations: [{ name: 'prod', account: '123456789012', region: 'eu-central-1' }],
  channels: { default: 'C012AB3CD' },
};

test('npm run verify:live does not run without outputs, their names and a configuration, and says which', async () => {
  const none = join(folder, 'none.json');
  expect(await run('--outputs', none)).toEqual({
    code: 2,
    text: `verify:live: ${none} cannot be read: npx cdk deploy --outputs-file ${none} writes it`,
  });
  const half = file('half.json', { 'Mirror-prod': { SlackRequestUrl: 'https://a.example/slack/events' } });
  expect((await run('--outputs', half, '--config', none)).text).toContain('name another with --config');
  expect(await run('--outputs', half, '--config', file('c.json', CONFIG))).toEqual({
    code: 2,
    text: `verify:live: ${half} has no output SlackSecretArn, TableName, WorkQueueUrl, NotifyQueueUrl`,
  });
  expect((await run('--outputs', half, '--region')).code).toBe(2);
  expect((await run('--help')).code).toBe(0);
});
