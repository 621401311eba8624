import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openEdge } from '../../bot/edge.ts';
import { enter } from '../../bot/enter.ts';
import { type SlackStandIn, startSlack } from '../../local/slack/start.ts';
import { quiet } from '../integration/quiet.ts';

let slack: SlackStandIn;
beforeEach(async () => {
  slack = await startSlack({});
});
afterEach(() => slack.close());

/** A bot's edge, and the pauses it was told to make. */
function stage(botToken = slack.botToken) {
  const { apiUrl, appToken } = slack;
  const edge = openEdge({ apiUrl, appToken, botToken }, { timeoutMs: 1_500, now: Date.now, log: quiet });
  const pauses: number[] = [];
  const sleep = async (ms: number): Promise<void> => void pauses.push(ms);
  return { edge, pauses, deps: { sleep, random: () => 1, log: quiet } };
}

describe('a bot that comes up', () => {
  test('is in at once where Slack answers', async () => {
    const { edge, deps, pauses } = stage();
    const entry = await enter(edge, deps);
    await slack.connected();
    expect(pauses).toEqual([]);
    await entry.stop();
    await slack.disconnected();
  });

  test('while Slack is down starts without it, and comes in when it answers again', async () => {
    const times = 3;
    slack.faults.add({
      kind: 'status',
      status: 503,
      match: ({ url }) => url?.includes('auth.test') ?? false,
      times,
    });
    const { edge, deps, pauses } = stage();
    const entry = await enter(edge, deps);
    await slack.connected();
    expect(pauses).toEqual([1_000, 2_000, 4_000]);
    await entry.stop();
    await slack.disconnected();
  });

  test('with a token that Slack does not know is told so', async () => {
    const { edge, deps } = stage('xoxb-nobody');
    await expect(enter(edge, deps)).rejects.toThrow('invalid_auth');
    await edge.stop();
  });

  test('and is stopped while Slack is down does not come in afterwards', async () => {
    slack.faults.add({
      kind: 'status',
      status: 503,
      match: ({ url }) => url?.includes('auth.test') ?? false,
    });
    const { edge, deps } = stage();
    const { promise: pause, resolve: wake } = Promise.withResolvers<void>();
    const entry = await enter(edge, { ...deps, sleep: () => pause });
    await entry.stop();
    const asked = slack.calls.length;
    wake();
    await slack.disconnected();
    expect(slack.calls).toHaveLength(asked);
  });
});
