import { describe, expect, test } from '@jest/globals';
import type { Slack } from '../../../bot/slack/client.ts';
import type { SlackAnswer } from '../../../bot/slack/errors.ts';
import { openPace } from '../../../bot/slack/pace.ts';
import { pacedSlack } from '../../../bot/slack/paced.ts';

const clock = (at = 0) => {
  let now = at;
  return {
    now: () => now,
    pass: (ms: number): void => {
      now += ms;
    },
  };
};

describe('the budget of edits', () => {
  test('lets no more than fifty pass in the first minute, and forty in each after it, however many ask', () => {
    const time = clock();
    const pace = openPace(time.now);
    const passed: number[] = [];
    for (let second = 0; second < 180; second += 1) {
      for (let n = 0; n < 5; n += 1) if (pace.take('edit', 'C1') === 0) passed.push(second);
      time.pass(1_000);
    }
    const minute = (from: number): number => passed.filter((at) => at >= from && at < from + 60).length;
    expect(minute(0)).toBeGreaterThan(45);
    expect(minute(0)).toBeLessThanOrEqual(50);
    expect(minute(60)).toBeLessThanOrEqual(40);
    expect(minute(120)).toBeLessThanOrEqual(40);
  });

  test('sends those it has no room for back one after another, not all at once', () => {
    const pace = openPace(clock().now);
    while (pace.take('edit', 'C1') === 0);
    const waits = Array.from({ length: 20 }, () => pace.waitFor('edit', 'C1'));
    expect(new Set(waits).size).toBe(20);
    const gaps = waits.slice(1).map((wait, n) => wait - (waits[n] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_499);
  });

  test('who comes back at the time they were told finds room', () => {
    const time = clock();
    const pace = openPace(time.now);
    while (pace.take('edit', 'C1') === 0);
    const waits = Array.from({ length: 10 }, () => pace.waitFor('edit', 'C1'));
    for (const [n, wait] of waits.entries()) {
      time.pass(wait - (waits[n - 1] ?? 0));
      expect(pace.take('edit', 'C1')).toBe(0);
    }
  });

  test('leaves half of a burst to edits that must be made: progress waits for better times', () => {
    const time = clock();
    const pace = openPace(time.now);
    for (let n = 0; n < 5; n += 1) {
      expect(pace.hasSpare('edit')).toBe(true);
      pace.take('edit', 'C1');
    }
    pace.take('edit', 'C1');
    expect(pace.hasSpare('edit')).toBe(false);
    expect(pace.take('edit', 'C1')).toBe(0);
    time.pass(60_000);
    expect(pace.hasSpare('edit')).toBe(true);
  });

  test('is shared by processes that take a share of it each', () => {
    const pace = openPace(clock().now, 0.5);
    let passed = 0;
    while (pace.take('edit', 'C1') === 0) passed += 1;
    expect(passed).toBe(5);
  });
});

describe('posts', () => {
  test('go one a second into a channel after a short burst, and into another one meanwhile', () => {
    const time = clock();
    const pace = openPace(time.now);
    for (let n = 0; n < 4; n += 1) expect(pace.take('post', 'C1')).toBe(0);
    expect(pace.take('post', 'C1')).toBe(1_000);
    expect(pace.take('post', 'C2')).toBe(0);
    time.pass(1_000);
    expect(pace.take('post', 'C1')).toBe(0);
  });

  test('of all channels together stay below the workspace’s own limit', () => {
    const pace = openPace(clock().now);
    let passed = 0;
    for (let n = 0; n < 500; n += 1) if (pace.take('post', `C${n}`) === 0) passed += 1;
    expect(passed).toBe(40);
  });
});

describe('what Slack says to one story', () => {
  const slackThat = (answers: SlackAnswer<null>[]) => {
    const calls: string[] = [];
    const take = async (name: string): Promise<SlackAnswer<never>> => {
      calls.push(name);
      return (answers.shift() ?? { kind: 'ok', value: null }) as SlackAnswer<never>;
    };
    const slack: Slack = {
      post: () => take('post'),
      edit: () => take('edit'),
      whisper: () => take('whisper'),
      openDm: () => take('openDm'),
      enter: () => take('enter'),
      find: () => take('find'),
      findAll: () => take('findAll'),
      remove: () => take('remove'),
      waitFor: () => 0,
    };
    return { slack, calls };
  };
  const message = { text: 'x', blocks: [] };

  test('counts for all of them: after a Retry-After nobody calls that method before its time', async () => {
    const time = clock(1_000_000);
    const { calls, slack } = slackThat([{ kind: 'busy', afterMs: 30_000 }]);
    const paced = pacedSlack(slack, openPace(time.now));
    expect(await paced.edit('C1', '1.0', message)).toEqual({ kind: 'busy', afterMs: 30_000 });
    const second = await paced.edit('C2', '2.0', message);
    expect(second).toMatchObject({ kind: 'busy' });
    expect(calls).toEqual(['edit']);
    expect(paced.waitFor('edit', 'C3')).toBeGreaterThanOrEqual(30_000);
    expect(paced.waitFor('progress', 'C3')).toBeGreaterThan(0);
    // Another method has its own limit.
    expect((await paced.post({ channel: 'C1', message, key: 'k' })).kind).toBe('ok');
    time.pass(30_000);
    expect((await paced.edit('C1', '1.0', message)).kind).toBe('ok');
  });

  test('that the token is revoked is the health of the bot, and one call in half a minute asks again', async () => {
    const time = clock(1_000_000);
    const revoked = { kind: 'refused', code: 'token_revoked' } as const;
    const { calls, slack } = slackThat([revoked]);
    const paced = pacedSlack(slack, openPace(time.now));
    expect(paced.health().ok).toBe(true);
    await paced.post({ channel: 'C1', message, key: 'k' });
    for (let n = 0; n < 50; n += 1) await paced.post({ channel: `C${n}`, message, key: 'k' });
    expect(calls).toEqual(['post']);
    expect(paced.health()).toEqual({ ok: false, text: 'does not let the app speak: token_revoked' });
    time.pass(30_000);
    expect((await paced.post({ channel: 'C1', message, key: 'k' })).kind).toBe('ok');
    expect(paced.health().ok).toBe(true);
  });

  test('that one scope is missing does not say that the app may not speak', async () => {
    const { slack } = slackThat([{ kind: 'refused', code: 'missing_scope' }]);
    const paced = pacedSlack(slack, openPace(clock(1_000_000).now));
    await paced.enter('C1');
    expect(paced.health().ok).toBe(true);
  });
});
