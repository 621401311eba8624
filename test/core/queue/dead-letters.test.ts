import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startConsumer } from '../../../core/queue/consumer.ts';
import { formatDoorbell } from '../../../core/queue/doorbell.ts';
import { QUEUE_LIMITS } from '../../../core/queue/limits.ts';
import { deadLetterName, ensureQueue } from '../../../local/sqs.ts';
import { eventually } from '../../integration/stage.ts';
import { type LocalQueue, openLocalQueue } from './local-queue.ts';

let queue: LocalQueue;
beforeAll(async () => {
  queue = await openLocalQueue();
});
afterAll(() => queue.close());

const sleep = () => new Promise<void>((resolve) => setImmediate(resolve));
/** Visible again at once: what nobody answers is received as often as it may be. */
const HASTY = { longPollSeconds: 1, visibilitySeconds: 0, visibilityHeartbeatMs: 20_000 };

async function newPair(name: string): Promise<{ readonly live: string; readonly dead: string }> {
  await ensureQueue(queue.sqs, name);
  const { QueueUrl: any = '' } = await queue.sqs.send(new CreateQueueCommand({ QueueName: 'any' }));
  const { origin } = new URL(await queue.newQueue());
  const at = (each: string) => `${origin}${new URL(any).pathname.replace(/any$/, each)}`;
  return { live: at(name), dead: at(deadLetterName(name)) };
}

test('a doorbell that nobody can answer is received as often as the limit says, then comes out of the dead-letter queue', async () => {
  const { live, dead } = await newPair('poison');
  const tried: string[] = [];
  const died: string[] = [];
  const options = { sqs: queue.sqs, slots: 1, sleep, log: () => {} };
  const consumer = startConsumer({
    ...options,
    queueUrl: live,
    limits: HASTY,
    handle: async (id) => {
      tried.push(id);
      throw new Error('poison');
    },
  });
  const last = startConsumer({
    ...options,
    queueUrl: dead,
    handle: async (id) => {
      died.push(id);
    },
  });
  await queue.send(live, formatDoorbell('M-AAAA'));
  await eventually(() => (died.length > 0 ? true : undefined));
  await Promise.all([consumer.drain(), last.drain()]);
  expect(tried).toHaveLength(QUEUE_LIMITS.maxReceiveCount);
  expect(died).toEqual(['M-AAAA']);
  expect(await queue.counts(live)).toEqual({ visible: 0, inFlight: 0 });
  expect(await queue.counts(dead)).toEqual({ visible: 0, inFlight: 0 });
});

test('a dead message of a newer version, and junk, stay there for somebody who can read them', async () => {
  const { dead } = await newPair('strange');
  const died: string[] = [];
  const lines: string[] = [];
  await queue.send(dead, '{"v":2,"requestId":"M-NEWR"}');
  await queue.send(dead, 'junk');
  await queue.send(dead, formatDoorbell('M-LAST'));
  const consumer = startConsumer({
    sqs: queue.sqs,
    slots: 1,
    sleep,
    log: (_, message) => lines.push(message),
    queueUrl: dead,
    // Without `leaveSeconds` they would be seen again at once.
    limits: HASTY,
    leaveSeconds: QUEUE_LIMITS.deadLeaveSeconds,
    handle: async (id) => {
      died.push(id);
    },
  });
  await eventually(() => (died.length > 0 ? true : undefined));
  await consumer.drain();
  expect(died).toEqual(['M-LAST']);
  expect(await queue.counts(dead)).toEqual({ visible: 0, inFlight: 2 });
  expect(lines).toEqual(['a queue message is no doorbell; it is left there']);
});

test('a message outlives its time in the queue by the time in the dead-letter queue', async () => {
  const { live, dead } = await newPair('kept');
  const days = async (url: string): Promise<number> => {
    const ask = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
    return Number((await queue.sqs.send(ask)).Attributes?.['MessageRetentionPeriod']) / 86_400;
  };
  expect([await days(live), await days(dead)]).toEqual([4, 14]);
});
