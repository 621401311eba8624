import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startConsumer } from '../../../core/queue/consumer.ts';
import { formatDoorbell } from '../../../core/queue/doorbell.ts';
import { openDoor, type Door, type Fate } from '../../integration/door.ts';
import { type LocalQueue, openLocalQueue } from './local-queue.ts';

let queue: LocalQueue;
let door: Door;
let sqs: SQSClient;
let fate: Fate = 'ok';
beforeAll(async () => {
  queue = await openLocalQueue();
  door = await openDoor(new URL(await queue.newQueue()).origin, { fateOf: () => fate });
  sqs = new SQSClient({
    endpoint: door.origin,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  sqs.destroy();
  await door.close();
  await queue.close();
});

test('a queue that does not answer is asked again after growing pauses, and heard as soon as it does', async () => {
  const url = await queue.newQueue();
  await queue.send(url, formatDoorbell('M-AWAY'));
  fate = 'cut';
  const pauses: number[] = [];
  const heard = Promise.withResolvers<string>();
  const consumer = startConsumer({
    sqs,
    queueUrl: `${door.origin}${new URL(url).pathname}`,
    slots: 1,
    handle: async (id) => heard.resolve(id),
    sleep: async (ms) => {
      pauses.push(ms);
      if (pauses.length === 8) fate = 'ok';
      await new Promise((resolve) => setImmediate(resolve));
    },
    log: () => {},
  });
  expect(await heard.promise).toBe('M-AWAY');
  await consumer.drain();
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
});
