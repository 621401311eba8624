import { expect, test } from '@jest/globals';
import { bell } from '../../../core/queue/bell.ts';
import { unkindQueue } from '../../../local/unkind/queue.ts';
import { seededRandom } from '../../../local/unkind/seeded-random.ts';
import { openLocalQueue } from '../../core/queue/local-queue.ts';

const ids = Array.from({ length: 30 }, (_, n) => `M-${String(n).padStart(4, '0')}`);

/** What is received of 30 doorbells through a queue made unkind with this seed. */
async function received(seed: number): Promise<readonly string[]> {
  const queue = await openLocalQueue();
  const url = await queue.newQueue();
  const unkind = unkindQueue(queue.sqs, { random: seededRandom(seed), doubledPercent: 30, window: 5 });
  const ring = bell({
    sqs: queue.sqs,
    queueUrl: url,
    log: (_, message) => {
      throw new Error(message);
    },
  });
  for (const id of ids) await ring(id);
  expect(unkind.held()).toBe(5);
  await unkind.settle();
  expect(unkind.held()).toBe(0);
  const bodies = await queue.takeAll(url);
  await queue.close();
  return bodies.map((body) => body.slice('{"v":1,"requestId":"'.length, -2));
}

test('no message is lost, some come twice, and they come out of order', async () => {
  const order = await received(1);
  expect([...new Set(order)].sort()).toEqual(ids);
  expect(order.length).toBeGreaterThan(ids.length);
  const firsts = [...new Set(order)];
  expect(firsts).not.toEqual(ids);
});

test('the same seed is the same order', async () => {
  const [one, again, other] = [await received(7), await received(7), await received(8)];
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});

test('without it the stand-in is kinder than AWS: each once and in order', async () => {
  const queue = await openLocalQueue();
  const url = await queue.newQueue();
  for (const id of ids) await queue.send(url, id);
  expect(await queue.takeAll(url)).toEqual(ids);
  await queue.close();
});
