import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { deadlineOf, OutOfTime } from '../../../core/lambda/deadline.ts';

const left = (ms: number) => ({ getRemainingTimeInMillis: () => ms });

test('work is stopped while there is time to write down how far it came', async () => {
  const began = performance.now();
  const { signal } = deadlineOf(left(300));
  await once(signal, 'abort');
  expect(signal.reason).toBeInstanceOf(OutOfTime);
  // A third of a short invocation is kept; of one of fifteen minutes it is half a minute.
  expect(performance.now() - began).toBeGreaterThanOrEqual(195);
});

test('what has ended in time is not stopped any more', () => {
  const deadline = deadlineOf(left(0));
  deadline.end();
  expect(deadline.signal.aborted).toBe(false);
});
