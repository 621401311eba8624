import { expect, test } from '@jest/globals';
import { backoffMs } from '../../../worker/jobs/backoff.ts';

const LATEST = 1;
test('doubles from the first wait on, at most five minutes', () => {
  const waits = [1, 2, 3, 6, 40].map((attempt) =>
    backoffMs({ attempt, code: 'ecrUnreachable', random: LATEST }, 10_000),
  );
  expect(waits).toEqual([10_000, 20_000, 40_000, 300_000, 300_000]);
});

test.each(['sourceRateLimited', 'pullsReserved'] as const)(
  '%s without a named end is waited for over hours, never longer than two at once',
  (code) => {
    const waits = [1, 2, 3, 4, 5, 12].map(
      (attempt) => backoffMs({ attempt, code, random: LATEST }, 10_000) / 60_000,
    );
    expect(waits).toEqual([10, 20, 40, 80, 120, 120]);
  },
);

test('chance takes away up to a quarter, so that many do not come at once', () => {
  const wait = (random: number) => backoffMs({ attempt: 1, code: 'internal', random }, 10_000);
  expect([wait(0), wait(0.5)]).toEqual([7_500, 8_750]);
});
