import { expect, test } from '@jest/globals';
import { healthOf, openPulse } from '../../core/health/health.ts';
import { openMetrics } from '../../core/metrics/metrics.ts';
import { watchQueue } from '../../core/queue/watch.ts';

const START = Date.UTC(2026, 0, 5, 9);

function clock() {
  let at = START;
  return {
    now: () => at,
    pass: (ms: number) => {
      at += ms;
    },
  };
}

test('a process is well while each of its parts is, and says which one is not', () => {
  const well = () => ({ ok: true, text: 'connected' });
  const ill = () => ({ ok: false, text: 'reconnecting' });
  expect(healthOf({ tick: well, slack: well }, START).status).toBe(200);
  expect(healthOf({ tick: well, slack: ill }, START)).toEqual({
    status: 503,
    body: {
      status: 'failing',
      at: '2026-01-05T09:00:00.000Z',
      parts: { tick: { ok: true, text: 'connected' }, slack: { ok: false, text: 'reconnecting' } },
    },
  });
});

test('a pulse is given time to begin, and is missed once it stays away', () => {
  const { now, pass } = clock();
  const pulse = openPulse(now, 10_000);
  expect(pulse.health()).toEqual({ ok: true, text: 'not yet, started 0 s ago' });
  pass(10_001);
  expect(pulse.health().ok).toBe(false);
  pulse.beat();
  expect(pulse.health()).toEqual({ ok: true, text: 'last 0 s ago' });
  pass(10_001);
  expect(pulse.health().ok).toBe(false);
});

test('a queue is well while it is polled, or while all places are at work for as long as that takes', () => {
  const { now, pass } = clock();
  const watch = watchQueue({ queue: 'work', slots: 2, metrics: openMetrics(), now });
  watch.polled();
  const first = watch.begin();
  pass(3_600_000);
  expect(watch.health()).toEqual({ ok: false, text: 'last 3600 s ago, 1 of 2 at work' });
  const second = watch.begin();
  expect(watch.health().ok).toBe(true);
  first('answered');
  second('failed');
  expect(watch.health().ok).toBe(true);
  pass(60_001);
  expect(watch.health().ok).toBe(false);
});
