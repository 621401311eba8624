import { describe, expect, test } from '@jest/globals';
import { tellWithoutQueue } from '../../../bot/notifier/without-queue.ts';
import { watchQueue } from '../../../core/queue/watch.ts';
import { openMetrics } from '../../../core/metrics/metrics.ts';
import { repliesOf } from '../../integration/person.ts';
import { onStage, type Stage } from '../stage.ts';

const look = (stage: Stage, silentMs = 30_000) =>
  tellWithoutQueue({
    notifier: stage.deps,
    requests: stage.requests,
    change: stage.decide,
    silentMs: () => silentMs,
  });

describe('while the queue does not answer', () => {
  test('decisions are told, and what waits for a worker says why, each line once', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      stage.pass(6_000);
      await look(stage);
      expect(await stage.cards()).toHaveLength(1);
      await stage.approve();
      stage.pass(6_000);
      for (let n = 0; n < 3; n += 1) {
        await look(stage);
        stage.pass(10_000);
      }
      const [card] = await stage.cards();
      expect(repliesOf(card ?? { replies: [] })).toEqual([
        expect.stringContaining('Approved by'),
        '● The queue between bot and worker does not answer, so no worker hears of it yet. It goes on by itself.',
      ]);
    }));

  test('nothing is done as long as the queue answers: whoever is rung tells it', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      stage.pass(6_000);
      await look(stage, 0);
      expect(await stage.cards()).toHaveLength(0);
    }));
});

describe('a queue counts as silent', () => {
  const watched = () => {
    let at = 1_000_000;
    const watch = watchQueue({ queue: 'notify', slots: 2, metrics: openMetrics(), now: () => at });
    return {
      watch,
      pass: (ms: number) => {
        at += ms;
      },
    };
  };

  test('from the first receive that failed until one is answered', () => {
    const { pass, watch } = watched();
    watch.polled();
    watch.failed();
    pass(25_000);
    watch.failed();
    expect(watch.silentMs()).toBe(25_000);
    watch.polled();
    expect(watch.silentMs()).toBe(0);
  });

  test('when a receive hangs for longer than a long poll may, and not while everybody is at work', () => {
    const { pass, watch } = watched();
    watch.polled();
    pass(39_000);
    expect(watch.silentMs()).toBe(0);
    pass(2_000);
    expect(watch.silentMs()).toBe(41_000);
    const ended = [watch.begin(), watch.begin()];
    expect(watch.silentMs()).toBe(0);
    for (const end of ended) end('answered');
    expect(watch.silentMs()).toBe(0);
  });
});
