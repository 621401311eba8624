import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { LogLevel } from '../../../core/log.ts';
import { bell } from '../../../core/queue/bell.ts';
import { type Consumer, type ConsumerOptions, startConsumer } from '../../../core/queue/consumer.ts';
import { formatDoorbell } from '../../../core/queue/doorbell.ts';
import { QUEUE_LIMITS } from '../../../core/queue/limits.ts';
import { type LocalQueue, openLocalQueue } from './local-queue.ts';

let queue: LocalQueue;
beforeAll(async () => {
  queue = await openLocalQueue();
});
afterAll(async () => {
  await queue.close();
});

/** Something that happens once, and can be waited for. */
function signal(): { readonly happened: Promise<void>; readonly happen: () => void } {
  let happen = () => {};
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happened, happen };
}

const line = (level: LogLevel, message: string): string => `${level} ${message}`;
function consume(
  queueUrl: string,
  options: Partial<ConsumerOptions> & Pick<ConsumerOptions, 'handle'>,
): {
  readonly consumer: Consumer;
  readonly log: string[];
} {
  const log: string[] = [];
  const consumer = startConsumer({
    sqs: queue.sqs,
    queueUrl,
    slots: 1,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    log: (level, message) => log.push(line(level, message)),
    limits: { longPollSeconds: 20, visibilitySeconds: 1, visibilityHeartbeatMs: 200 },
    ...options,
  });
  return { consumer, log };
}

test('a doorbell is answered once and is gone', async () => {
  const url = await queue.newQueue();
  const heard: string[] = [];
  const last = signal();
  const { consumer, log } = consume(url, {
    handle: async (id) => {
      heard.push(id);
      if (id === 'M-LAST') last.happen();
    },
  });
  for (const id of ['M-AAAA', 'M-BBBB', 'M-LAST']) await queue.send(url, formatDoorbell(id));
  await last.happened;
  await consumer.drain();
  expect(heard).toEqual(['M-AAAA', 'M-BBBB', 'M-LAST']);
  expect(await queue.counts(url)).toEqual({ visible: 0, inFlight: 0 });
  expect(log).toEqual([]);
});

test('one that could not be answered comes again, and those behind it are not held up', async () => {
  const url = await queue.newQueue();
  const heard: string[] = [];
  const done = signal();
  const { consumer, log } = consume(url, {
    handle: async (id) => {
      heard.push(id);
      if (id === 'M-AAAA' && heard.length === 1) throw new Error('not now');
      if (id === 'M-AAAA') done.happen();
    },
  });
  await queue.send(url, formatDoorbell('M-AAAA'));
  await queue.send(url, formatDoorbell('M-BBBB'));
  await done.happened;
  await consumer.drain();
  expect(heard).toEqual(['M-AAAA', 'M-BBBB', 'M-AAAA']);
  expect(log).toEqual(['error a doorbell could not be answered; it rings again']);
  expect(await queue.counts(url)).toEqual({ visible: 0, inFlight: 0 });
});

test('one of a newer process, and one that is none, are left where they are', async () => {
  const url = await queue.newQueue();
  const heard: string[] = [];
  const last = signal();
  const { consumer, log } = consume(url, {
    limits: { longPollSeconds: 20, visibilitySeconds: 60, visibilityHeartbeatMs: 20_000 },
    handle: async (id) => {
      heard.push(id);
      last.happen();
    },
  });
  await queue.send(url, '{"v":2}');
  await queue.send(url, 'junk');
  await queue.send(url, formatDoorbell('M-LAST'));
  await last.happened;
  await consumer.drain();
  expect(heard).toEqual(['M-LAST']);
  expect(await queue.counts(url)).toEqual({ visible: 0, inFlight: 2 });
  expect(log).toEqual(['warn a queue message is no doorbell; it goes to the dead-letter queue']);
});

test('while it is answered nobody else hears it, however long that takes', async () => {
  const url = await queue.newQueue();
  const heard: string[] = [];
  const beats = signal();
  let extended = 0;
  queue.sqs.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (context['commandName'] === 'ChangeMessageVisibilityCommand') {
        extended += 1;
        // Eight times 200 ms: the one second of the first receive is long over.
        if (extended === 8) beats.happen();
      }
      return answer;
    },
    { step: 'initialize', name: 'countBeats' },
  );
  const { consumer } = consume(url, {
    slots: 2,
    handle: async (id) => {
      heard.push(id);
      await beats.happened;
    },
  });
  await queue.send(url, formatDoorbell('M-AAAA'));
  await beats.happened;
  await consumer.drain();
  queue.sqs.middlewareStack.remove('countBeats');
  expect(heard).toEqual(['M-AAAA']);
  expect(await queue.counts(url)).toEqual({ visible: 0, inFlight: 0 });
});

test('as many are answered at the same time as there are slots', async () => {
  const url = await queue.newQueue();
  const all = signal();
  let running = 0;
  const { consumer } = consume(url, {
    slots: 3,
    handle: async () => {
      running += 1;
      if (running === 3) all.happen();
      await all.happened;
    },
  });
  for (const id of ['M-AAAA', 'M-BBBB', 'M-CCCC']) await queue.send(url, formatDoorbell(id));
  await all.happened;
  await consumer.drain();
  expect(running).toBe(3);
});

describe('a drain', () => {
  test('tells what runs to come to an end, waits for it, and deletes what it finished', async () => {
    const url = await queue.newQueue();
    const begun = signal();
    const finish = signal();
    const order: string[] = [];
    const { consumer } = consume(url, {
      handle: async (_, stop) => {
        begun.happen();
        await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
        order.push('told to stop');
        await finish.happened;
        order.push('finished');
      },
    });
    await queue.send(url, formatDoorbell('M-AAAA'));
    await begun.happened;
    const drained = consumer.drain().then(() => order.push('drained'));
    finish.happen();
    await drained;
    expect(order).toEqual(['told to stop', 'finished', 'drained']);
    expect(await queue.counts(url)).toEqual({ visible: 0, inFlight: 0 });
  });

  test('takes nothing more', async () => {
    const url = await queue.newQueue();
    const begun = signal();
    const heard: string[] = [];
    const { consumer } = consume(url, {
      handle: async (id, stop) => {
        heard.push(id);
        begun.happen();
        await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
      },
    });
    await queue.send(url, formatDoorbell('M-AAAA'));
    await begun.happened;
    await queue.send(url, formatDoorbell('M-BBBB'));
    await consumer.drain();
    expect(heard).toEqual(['M-AAAA']);
    expect(await queue.counts(url)).toEqual({ visible: 1, inFlight: 0 });
  });

  test('of an idle consumer ends its long poll at once', async () => {
    const url = await queue.newQueue();
    const { consumer } = consume(url, { handle: async () => {} });
    const before = performance.now();
    await consumer.drain();
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('does not wait for the pause after a queue that does not answer', async () => {
    const paused = signal();
    const { consumer, log } = consume(`${(await queue.newQueue()).replace(/queue-\d+$/, 'none')}`, {
      handle: async () => {},
      sleep: () => {
        paused.happen();
        return new Promise(() => {});
      },
    });
    await paused.happened;
    await consumer.drain();
    expect(log).toEqual(['warn the queue does not answer']);
  });
});

describe('ringing', () => {
  const ringer = (sqs: SQSClient, queueUrl: string) => {
    const log: string[] = [];
    return { ring: bell({ sqs, queueUrl, log: (level, message) => log.push(line(level, message)) }), log };
  };

  test('says which request, and nothing else', async () => {
    const url = await queue.newQueue();
    const { ring } = ringer(queue.sqs, url);
    await ring('M-7F3K');
    expect(await queue.takeAll(url)).toEqual(['{"v":1,"requestId":"M-7F3K"}']);
  });

  test('later is kept back by the queue, in whole seconds, at most as long as a queue can', async () => {
    const url = await queue.newQueue();
    const delays: unknown[] = [];
    queue.sqs.middlewareStack.add(
      (next) => (args) => {
        delays.push(Reflect.get(args.input, 'DelaySeconds'));
        return next(args);
      },
      { step: 'initialize', name: 'delays' },
    );
    const { ring } = ringer(queue.sqs, url);
    for (const ms of [0, -5, 1, 1_000, 86_400_000]) await ring('M-7F3K', ms);
    queue.sqs.middlewareStack.remove('delays');
    expect(delays).toEqual([undefined, undefined, 1, 1, QUEUE_LIMITS.maxDelaySeconds]);
  });

  test('a queue that is not there costs a line in the log and no more', async () => {
    const { ring, log } = ringer(queue.sqs, `${(await queue.newQueue()).replace(/queue-\d+$/, 'none')}`);
    await ring('M-7F3K');
    expect(log).toEqual(['warn a doorbell was not heard; the tick rings again']);
  });
});
