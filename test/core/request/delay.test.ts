import { describe, expect, test } from '@jest/globals';
import { deliveries } from '../../../core/request/deliveries.ts';
import { type Failure, failures } from '../../../core/request/failure.ts';
import type { Input } from '../../../core/request/input.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import {
  ALICE,
  answerAt,
  approveBy,
  decided,
  decidedAt,
  heldBy,
  HOUR,
  offered,
  OTTO,
  sampleRequest,
  sampleSource,
  START,
} from './sample-request.ts';

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

describe('a copy that waits for somebody else', () => {
  const approved = decided(offered(), approveBy(ALICE));
  const delays = ({ events }: RequestItem) => events.filter(({ type }) => type === 'delayed');

  /** One try of the copy that was put off. */
  function postponed(
    item: RequestItem,
    now: number,
    notBefore: number,
    failure: Failure = down,
  ): RequestItem {
    const claimed = decidedAt(item, now, { kind: 'claim', image: '1', owner: 'w' });
    const fence = claimed.work['1']?.fence ?? 0;
    return decidedAt(claimed, now, { ...heldBy('w', fence), kind: 'postpone', notBefore, failure });
  }

  test('tells its thread what it waits for as soon as that will have taken a minute', () => {
    const short = postponed(approved, START + 1_000, START + 11_000);
    expect(delays(short)).toEqual([]);
    const item = postponed(short, START + 31_000, START + 71_000);
    const [event] = delays(item);
    expect(event).toMatchObject({ code: 'sourceUnreachable', summary: down.summary, until: START + 71_000 });
    expect(event && deliveries(event, item)).toEqual([{ kind: 'reply' }]);
  });

  test('tells the same cause once, another one too, and both anew after a retry', () => {
    const once = postponed(postponed(approved, START, START + HOUR), START + HOUR, START + 2 * HOUR);
    expect(delays(once)).toHaveLength(1);
    const other = postponed(once, START + 2 * HOUR, START + 3 * HOUR, limited);
    expect(delays(other)).toHaveLength(2);
    const claimed = decidedAt(other, START + 3 * HOUR, { kind: 'claim', image: '1', owner: 'w' });
    const fence = claimed.work['1']?.fence ?? 0;
    const failed = decidedAt(claimed, START + 3 * HOUR, {
      ...heldBy('w', fence),
      kind: 'fail',
      failure: down,
    });
    const again = decidedAt(failed, START + 4 * HOUR, { kind: 'retry', by: OTTO });
    expect(delays(postponed(again, START + 4 * HOUR, START + 5 * HOUR))).toHaveLength(3);
  });

  test('says so for all images of a list once', () => {
    const list = decided(offered(2), approveBy(ALICE, '1', '2'));
    const one = postponed(list, START, START + HOUR);
    const claimed = decidedAt(one, START, { kind: 'claim', image: '2', owner: 'w' });
    const both = decidedAt(claimed, START, {
      ...heldBy('w', 1, '2'),
      kind: 'postpone',
      notBefore: START + HOUR,
      failure: down,
    });
    expect(delays(both)).toHaveLength(1);
  });

  test('because no worker hears of it, is told by whoever notices, once', () => {
    const silent: Input = { kind: 'delay', code: 'queueSilent', summary: 'The queue does not answer.' };
    const item = decidedAt(approved, START, silent);
    expect(delays(item)).toMatchObject([{ code: 'queueSilent', images: ['1'] }]);
    expect(delays(item)[0]).not.toHaveProperty('until');
    expect(answerAt(item, START, silent)).toBe('nothing waits');
    expect(answerAt(offered(), START, silent)).toBe('nothing waits');
  });

  test('because nothing of it moves, is told of that image while it is copied, once', () => {
    const still: Input = { kind: 'delay', code: 'nothingMoves', summary: 'Nothing moves.', image: '1' };
    expect(answerAt(approved, START, still)).toBe('nothing waits');
    const copying = decided(approved, { kind: 'claim', image: '1', owner: 'w' });
    const item = decided(copying, still);
    expect(delays(item)).toMatchObject([{ code: 'nothingMoves', images: ['1'] }]);
    expect(answerAt(item, START, still)).toBe('nothing waits');
  });
});
