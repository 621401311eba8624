import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseSlackSecret } from '../../core/secrets/slack-secret.ts';
import { type SecretsManager, startSecretsManager } from '../../local/secrets-manager.ts';
import { secretsPut } from '../../scripts/secrets-put.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:Slack-a1b2c3';
const SLACK = { botToken: 'xoxb-canary-1', signingSecret: 'canary0123456789' };
let manager: SecretsManager;
let before: NodeJS.ProcessEnv;

beforeEach(async () => {
  manager = await startSecretsManager({ [ARN]: undefined });
  before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.endpoint,
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'any',
  });
});
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await manager.close();
});

/** At a terminal line by line, else all at once out of a pipe. */
async function run(args: readonly string[], typed: readonly string[], isTTY = false) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  let shown = '';
  let next = 0;
  output.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    shown += text;
    // Each question gets its answer.
    if (isTTY && text.endsWith(': ')) input.write(`${typed[next++] ?? ''}\n`);
  });
  if (!isTTY) input.end(typed.join('\n'));
  const lines: string[] = [];
  const code = await secretsPut(args, {
    terminal: { input, output },
    env: process.env,
    err: (line) => lines.push(line),
  });
  expect(shown + lines.join('\n')).not.toContain('canary');
  return { code, shown, lines };
}

describe('npm run secrets:put', () => {
  test('asks at a terminal, shows nothing of the answers, and stores what the bot reads', async () => {
    const { code, shown } = await run(
      ['slack', '--secret', ARN],
      [SLACK.botToken, SLACK.signingSecret],
      true,
    );
    expect(code).toBe(0);
    expect(shown).toContain('Bot User OAuth Token');
    expect(shown).toContain('Signing Secret');
    expect(parseSlackSecret(manager.secrets.get(ARN))).toEqual(SLACK);
  });

  test('takes the same out of a pipe', async () => {
    const { code } = await run(['slack', '--secret', ARN], [JSON.stringify(SLACK)]);
    expect([code, parseSlackSecret(manager.secrets.get(ARN))]).toEqual([0, SLACK]);
  });

  test.each([
    ['not JSON', 'canary'],
    ['an app token', JSON.stringify({ ...SLACK, botToken: 'xapp-canary' })],
    ['half of it', JSON.stringify({ botToken: SLACK.botToken })],
  ])('stores nothing that the bot could not read: %s', async (_name, piped) => {
    const { code } = await run(['slack', '--secret', ARN], [piped]);
    expect([code, manager.secrets.get(ARN)]).toEqual([2, undefined]);
  });

  test('one registry beside the others, by the name that the configuration uses', async () => {
    await run(['registry', 'HUB', '--secret', ARN], ['me:canary1']);
    await run(['registry', 'GHCR', '--secret', ARN], ['you', 'canary2'], true);
    await run(['registry', 'HUB', '--secret', ARN], ['me:canary3']);
    expect(JSON.parse(manager.secrets.get(ARN) ?? '')).toEqual({ HUB: 'me:canary3', GHCR: 'you:canary2' });
    expect((await run(['registry', 'HUB', '--secret', ARN], ['canary'])).code).toBe(2);
  });

  test('a secret that is not there is told, and what was typed is in no line', async () => {
    const { code, lines } = await run(['slack', '--secret', `${ARN}x`], [JSON.stringify(SLACK)]);
    expect([code, lines]).toEqual([1, [expect.stringContaining("can't find the specified secret")]]);
  });

  test.each([
    [[], 'slack, registry NAME'],
    [['registry', '--secret', 'x'], 'registries.<host>.credentials'],
    [['slack'], '--outputs FILE or --secret ID'],
    [['slack', '--token', 'x'], 'Unknown option'],
  ])('%j is wrong usage', async (args, says) => {
    const { code, lines } = await run(args, []);
    expect([code, lines.join()]).toEqual([2, expect.stringContaining(says)]);
  });
});
