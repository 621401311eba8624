import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localClient } from '../../../local/slack/local-client.ts';
import { type SlackStandIn, startSlack } from '../../../local/slack/start.ts';
import { BLOCK_RULES } from './blocks.ts';
import { MESSAGE_RULES } from './messages.ts';
import { replay } from './replay.ts';

const RULES = [...BLOCK_RULES, ...MESSAGE_RULES];
let slack: SlackStandIn;
beforeAll(async () => {
  slack = await startSlack();
  const { botToken, channels } = slack;
  // As somebody with a sandbox would: the app becomes a member first.
  await fetch(new URL('conversations.join', slack.apiUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${botToken}` },
    body: new URLSearchParams({ channel: channels.mirror }),
  });
});
afterAll(() => slack.close());

const place = () => ({
  apiUrl: slack.apiUrl,
  token: slack.botToken,
  channel: slack.channels.mirror,
  wait: async () => {},
});

test('the stand-in follows each of its rules, and nothing is left in the channel', async () => {
  const before = (await localClient(slack.url).transcript(slack.channels.mirror)).messages.length;
  const results = await replay(place(), RULES);
  expect(results.filter(({ differences }) => differences.length > 0)).toEqual([]);
  expect(results).toHaveLength(RULES.length);
  expect((await localClient(slack.url).transcript(slack.channels.mirror)).messages).toHaveLength(before);
});

test('each rule has its own name', () => {
  expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
});

test('a rule that is otherwise is told with step, method and both answers', async () => {
  const rule = {
    name: 'made up',
    steps: [{ method: 'auth.test', args: {}, expect: 'invalid_auth' }],
  } as const;
  expect((await replay(place(), [rule]))[0]?.differences).toEqual([
    'step 1, auth.test: the stand-in has invalid_auth, here it is ok',
  ]);
});

describe('npm run contract:slack', () => {
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    new Promise<{ readonly code: number; readonly out: string; readonly errors: string }>((resolve) => {
      const file = join(import.meta.dirname, 'run.ts');
      const clean = { PATH: process.env['PATH'] ?? '' };
      execFile(process.execPath, [file, ...args], { env: { ...clean, ...env } }, (error, out, errors) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, errors });
      });
    });

  test('refuses in one sentence without a token and without a channel', async () => {
    expect((await run(['--channel', 'C1'])).errors).toMatch(/^contract:slack needs SLACK_BOT_TOKEN[^\n]+\n$/);
    const { code, errors } = await run([], { SLACK_BOT_TOKEN: 'xoxb-1' });
    expect([code, errors]).toEqual([2, expect.stringMatching(/^contract:slack needs --channel[^\n]+\n$/)]);
  });

  test('prints each rule, and ends with 1 where one differs', async () => {
    const args = ['--channel', slack.channels.mirror, '--endpoint', slack.apiUrl];
    const env = { SLACK_BOT_TOKEN: slack.botToken };
    const same = await run(args, env);
    expect([same.code, same.errors]).toEqual([0, '']);
    expect(same.out).toContain(`${RULES.length} rules, 0 differ`);
    const elsewhere = await run(['--channel', slack.channels.archived, '--endpoint', slack.apiUrl], env);
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.out).toContain('DIFFERS  ');
  });
});
