import { expect, test } from '@jest/globals';
import { deliveries } from '../../../core/request/deliveries.ts';
import { type Failure, failures } from '../../../core/request/failure.ts';
import type { Input } from '../../../core/request/input.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { decidedAt, HOUR, OTTO, sampleRequest, sampleSource, START } from './sample-request.ts';

const limited = failures.sourceRateLimited({ source: sampleSource() });
const down = failures.sourceUnreachable({ source: sampleSource(), detail: 'connection refused' });

/** One try that was put off: claimed and given back. */
function putOff(item: RequestItem, now: number, notBefore: number, failure: Failure = limited): RequestItem {
  const claimed = decidedAt(item, now, { kind: 'claimResolve', owner: 'w' });
  const fence = claimed.work['resolve']?.fence ?? 0;
  const release: Input = { kind: 'releaseResolve', owner: 'w', fence, notBefore, failure };
  return decidedAt(claimed, now, release);
}

test('a look-up that waits for an hour tells the requester so, privately', () => {
  const item = putOff(sampleRequest(), START, START + HOUR);
  const [event] = item.events;
  expect(event).toMatchObject({ type: 'delayed', code: 'sourceRateLimited', until: START + HOUR });
  expect(event && deliveries(event, item)).toEqual([{ kind: 'private', to: OTTO }]);
});

test('a short wait is not told, but many short ones are', () => {
  const once = putOff(sampleRequest(), START, START + 5_000);
  expect(once.events).toEqual([]);
  const later = putOff(once, START + 50_000, START + 70_000);
  expect(later.events).toHaveLength(1);
});

test('the same cause is told once, another one again', () => {
  const first = putOff(sampleRequest(), START, START + HOUR);
  const again = putOff(first, START + HOUR, START + 2 * HOUR);
  expect(again.events).toHaveLength(1);
  expect(putOff(again, START + 2 * HOUR, START + 3 * HOUR, down).events).toHaveLength(2);
});
