import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openMetrics } from '../../../core/metrics/metrics.ts';
import { DEFAULT_TIMING as T } from '../../../core/request/timing.ts';
import { startTicking } from '../../../worker/tick/ticking.ts';
import { startWorker } from '../../../worker/worker.ts';
import { type LocalQueue, openLocalQueue } from '../../core/queue/local-queue.ts';
import { type DeadWorld, openDeadWorld } from '../jobs/dead-world.ts';

let world: DeadWorld;
let queue: LocalQueue;
beforeAll(async () => {
  world = await openDeadWorld();
  queue = await openLocalQueue();
});
afterAll(async () => {
  await queue.close();
  await world.close();
});

test('a worker that starts looks at once at what nobody ticked for', async () => {
  const { id } = await world.approved();
  world.pass(T.ringAfterMs + 1);
  const rung = Promise.withResolvers<string>();
  const { deps } = world;
  const bells = { ...deps.bells, work: async (about: string) => rung.resolve(about) };
  const worker = startWorker(
    { ...deps, bells },
    { sqs: queue.sqs, queueUrl: await queue.newQueue(), metrics: openMetrics() },
  );
  expect(await rung.promise).toBe(id);
  await worker.drain();
});

test('a tick that stays away is told by the health of its process', async () => {
  let now = 0;
  const { bells, change, log, store } = world.deps;
  const ticking = startTicking({
    requests: store.requests,
    change,
    bells,
    timing: T,
    isQuiet: () => false,
    now: () => now,
    log,
    metrics: openMetrics(),
  });
  try {
    expect(ticking.health().ok).toBe(true);
    now = 3 * T.tickMs + 30_001;
    expect(ticking.health()).toMatchObject({ ok: false, text: 'not yet, started 210 s ago' });
  } finally {
    ticking.stop();
  }
});
