import { expect, test } from '@jest/globals';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import type { WorkerDeps } from '../../../worker/deps.ts';
import { openLease } from '../../../worker/jobs/lease.ts';

const timing = { ...DEFAULT_TIMING, heartbeatMs: 20_000 };

/** A lease on a clock that goes on by the lease's own pauses. */
function leased() {
  let at = 0;
  const steps: (() => void)[] = [];
  const deps = {
    config: { limits: { timing } },
    clock: {
      now: () => at,
      random: () => 0,
      sleep: (ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('closed')), { once: true });
          steps.push(() => {
            at += ms;
            resolve();
          });
        }),
    },
    store: { requests: { heartbeat: async () => true } },
    bells: { work: async () => {}, notify: async () => {} },
    log: () => {},
  } as unknown as WorkerDeps;
  const key = { id: 'M-7F3K', key: '1', owner: 'w', fence: 1, until: timing.leaseMs };
  const lease = openLease(deps, key, new AbortController().signal);
  const pass = async (ms: number): Promise<void> => {
    const until = at + ms;
    while (at < until) {
      steps.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { lease, pass };
}

test('a copy of which nothing moves is told once, a minute after the last piece', async () => {
  const { lease, pass } = leased();
  let told = 0;
  lease.whenStill(() => {
    told += 1;
  });
  await pass(50_000);
  lease.report({ stage: 'blobs', doneBytes: 5, totalBytes: 9 });
  await pass(55_000);
  expect(told).toBe(0);
  await pass(10_000);
  expect(told).toBe(1);
  await pass(200_000);
  expect(told).toBe(1);
  lease.close();
});

test('once a copy has ended, waiting for its tag is not told as that', async () => {
  const { lease, pass } = leased();
  let told = 0;
  lease.whenStill(() => {
    told += 1;
  });
  lease.whenStill(undefined);
  await pass(120_000);
  expect(told).toBe(0);
  lease.close();
});
