import { expect, test } from '@jest/globals';
import type { Heartbeat } from '../../../core/store/store.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import { type LeaseDeps, openLease } from '../../../worker/jobs/lease.ts';
import { quiet } from '../../integration/quiet.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { START } from '../../core/request/sample-request.ts';

/** Heartbeats of two minutes in which bytes flow all the time, in seconds from the start. */
async function beats(slow: boolean): Promise<readonly number[]> {
  const told: number[] = [];
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  let at = START;
  const sleep = async (ms: number): Promise<void> => {
    at += ms;
    if (at <= START + DEFAULT_TIMING.leaseMs) return;
    end();
    await new Promise(() => {});
  };
  const requests = {
    heartbeat: async ({ progress }: Heartbeat) => {
      if (progress) told.push((at - START) / 1000);
      lease.report({ stage: 'blobs', doneBytes: at, totalBytes: at });
      return true;
    },
  };
  const deps: LeaseDeps = {
    config: sampleConfig(),
    clock: { now: () => at, random: () => 0, sleep },
    store: { requests },
    bells: { notify: async () => {} },
    log: quiet,
  };
  const key = { id: 'M-1', key: '1', owner: 'w', fence: 1, until: START + DEFAULT_TIMING.leaseMs, slow };
  const lease = openLease(deps, key, new AbortController().signal);
  lease.report({ stage: 'blobs', doneBytes: 1, totalBytes: 2 });
  await over;
  lease.close();
  return told;
}

test('the progress of one image is told as often as its card may be edited, of a list every 40 s', async () => {
  const single = await beats(false);
  expect(single.slice(0, 3)).toEqual([3, 6, 9]);
  expect(await beats(true)).toEqual([40, 80, 120]);
});
