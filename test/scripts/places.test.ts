import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../core/permissions/policy-document.ts';
import { printIam } from '../../scripts/iam.ts';
import { printRegistryPolicy } from '../../scripts/registry-policy.ts';
import { linkOf, parseManifestLine } from '../../scripts/slack-manifest.ts';

let folder: string;
const file = (name: string, content: object): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
};
const CONFIG = {
  teams: [{ id: 'default', prefixes: ['base-images'], approvers: { users: ['U1A'] } }],
  destinations: [{ name: 'prod', account: '123456789012', region: 'eu-central-1' }],
  channels: { default: 'C012AB3CD' },
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-scripts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('npm run slack:manifest', () => {
  /** The arguments, with `o.json` for a file of these outputs. */
  const outputs = (content: object) => (args: readonly string[]) => {
    const path = file('o.json', content);
    return parseManifestLine(args.map((arg) => (arg === 'o.json' ? path : arg)));
  };
  const one = outputs({
    'Mirror-prod': { SlackRequestUrl: 'https://a.example/slack/events', TableName: 't' },
  });

  test('takes the address of the outputs of a deployment, or of the command line', () => {
    const http = { kind: 'print', way: { kind: 'http', url: 'https://a.example/slack/events' }, link: false };
    expect(one(['--outputs', 'o.json'])).toEqual(http);
    expect(one(['--url', 'https://a.example/slack/events'])).toEqual(http);
    expect(one(['--socket', '--link'])).toEqual({ kind: 'print', way: { kind: 'socket' }, link: true });
  });

  test('of several stacks one has to be named', () => {
    const two = outputs({
      'Mirror-prod': { SlackRequestUrl: 'https://a.example/' },
      'Mirror-test': { SlackRequestUrl: 'https://b.example/' },
      Other: {},
    });
    expect(two(['--outputs', 'o.json'])).toMatchObject({
      kind: 'wrong',
      problem: expect.stringContaining('--stack, one of Mirror-prod, Mirror-test'),
    });
    expect(two(['--outputs', 'o.json', '--stack', 'Mirror-test'])).toMatchObject({
      way: { url: 'https://b.example/' },
    });
  });

  test.each([
    [[], 'it takes one of --socket, --url ADDRESS and --outputs FILE'],
    [
      ['--socket', '--url', 'https://a.example'],
      'it takes one of --socket, --url ADDRESS and --outputs FILE',
    ],
    [['--url', 'http://a.example/'], 'Slack posts to an https address, and http://a.example/ is none'],
    [
      ['--outputs', 'o.json', '--stack', 'None'],
      'FOLDER/o.json has no output SlackRequestUrl in the stack None',
    ],
  ])('%j is wrong: %s', (args, problem) => {
    expect(one(args)).toEqual({ kind: 'wrong', problem: problem.replace('FOLDER', folder) });
  });

  test('the link carries the whole manifest', () => {
    const link = linkOf({ a: 'b & c' });
    expect(JSON.parse(new URL(link).searchParams.get('manifest_json') ?? '')).toEqual({ a: 'b & c' });
  });
});

describe('npm run registry-policy', () => {
  const settings = { registryPolicy: { writers: ['arn:aws:iam::123456789012:role/mirror-worker'] } };

  test('prints a policy that can be put, and says on the side that it set nothing', () => {
    const { code, err, out } = printRegistryPolicy(
      ['--config', file('a.json', { ...CONFIG, ...settings })],
      {},
    );
    expect([code, err]).toEqual([0, expect.stringContaining('Nothing was set')]);
    expect(parsePolicy(out)?.Statement.map(({ Sid }) => Sid)).toEqual(['OnlyMirrorWrites']);
  });

  test('the command line comes before the configuration', () => {
    const args = ['--writer', 'arn:aws:iam::123456789012:role/w', '--organization', 'o-a1b2c3d4e5'];
    const env = { MIRROR_CONFIG: file('b.json', CONFIG) };
    const { out } = printRegistryPolicy(args, env);
    const policy = parsePolicy(out);
    expect(policy?.Statement.map(({ Sid }) => Sid)).toEqual(['OnlyMirrorWrites', 'OrganizationPulls']);
    expect(JSON.stringify(policy?.Statement[0]?.Condition)).toContain('role/w');
  });

  test('without the worker’s role, and without one of several destinations, it prints nothing', () => {
    const two = {
      ...CONFIG,
      ...settings,
      destinations: [...CONFIG.destinations, { name: 'test', account: '210987654321', region: 'eu-west-1' }],
    };
    expect(printRegistryPolicy(['--config', file('c.json', CONFIG)], {})).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('--writer ARN'),
    });
    expect(printRegistryPolicy(['--config', file('d.json', two)], {})).toMatchObject({
      code: 2,
      err: expect.stringContaining('--destination, one of prod, test'),
    });
    expect(printRegistryPolicy(['--config', file('d.json', two), '--destination', 'test'], {}).out).toContain(
      'eu-west-1:210987654321',
    );
  });
});

describe('npm run iam', () => {
  const queue = (name: string) => `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;

  test('prints what one machine needs, from the variables that npm start is started with', () => {
    const { code, out } = printIam([], {
      MIRROR_CONFIG: file('e.json', CONFIG),
      MIRROR_TABLE: 'mirror',
      MIRROR_WORK_QUEUE_URL: queue('work'),
      MIRROR_NOTIFY_QUEUE_URL: queue('notify'),
    });
    expect(code).toBe(0);
    expect(parsePolicy(out)?.Statement.length).toBe(8);
    expect(out).toContain('arn:aws:dynamodb:eu-central-1:123456789012:table/mirror');
  });

  test('embedded it is about ECR alone; else everything that is missing is named at once', () => {
    const config = file('f.json', CONFIG);
    expect(parsePolicy(printIam(['--embedded', '--config', config], {}).out)?.Statement.length).toBe(2);
    expect(printIam(['--config', config], {}).err.trim().split('\n')).toHaveLength(4);
    expect(printIam(['--config', join(folder, 'none.json')], {})).toMatchObject({ code: 2 });
  });
});
