import { describe, expect, test } from '@jest/globals';
import { failures } from '../../../core/request/failure.ts';
import type { Input } from '../../../core/request/input.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  ALICE,
  decided,
  decidedAt,
  answerAt,
  approveBy,
  copiedInput,
  heldBy,
  offered,
  sampleSource,
  START,
} from './sample-request.ts';

const failure = failures.internal({ source: sampleSource(), detail: 'a test' });
const queued = decided(offered(), approveBy(ALICE));
const claimBy = (owner: string): Input => ({ kind: 'claim', image: '1', owner });
const copying = decided(queued, claimBy('worker'));
const lapse = START + DEFAULT_TIMING.leaseMs;

describe('a claim', () => {
  test('takes the lease for its length, as the first attempt', () => {
    expect(copying.images['1']).toMatchObject({ state: 'copying', attempt: 1, since: START });
    expect(copying.work['1']).toEqual({ owner: 'worker', fence: 1, until: lapse });
  });

  test('of a living lease is refused until the lease is over', () => {
    expect(answerAt(copying, lapse - 1, claimBy('next'))).toBe('not claimable');
    expect(answerAt(copying, lapse, claimBy('next'))).toBe('changed');
  });

  test('that takes over raises the fence, and every later word of the old holder is refused', () => {
    const taken = decidedAt(copying, lapse, claimBy('next'));
    expect(taken.work['1']).toMatchObject({ owner: 'next', fence: 2 });
    expect(taken.images['1']?.attempt).toBe(2);
    const old: readonly Input[] = [
      { ...heldBy('worker'), kind: 'tagging' },
      { ...heldBy('worker'), kind: 'yield', progressed: true },
      { ...heldBy('worker'), kind: 'postpone', notBefore: START, failure },
      { ...heldBy('worker'), kind: 'fail', failure },
      copiedInput('worker'),
    ];
    for (const input of old) expect(answerAt(taken, lapse, input)).toBe('lease lost');
  });

  test('the fence alone tells two claims of one owner apart', () => {
    const again = decidedAt(copying, lapse, claimBy('worker'));
    expect(answerAt(again, lapse, { ...heldBy('worker', 1), kind: 'tagging' })).toBe('lease lost');
    expect(answerAt(again, lapse, { ...heldBy('worker', 2), kind: 'tagging' })).toBe('changed');
  });

  test.each([
    ['nobody approved it', { approvals: [] }],
    ['an approval is of somebody the rule does not name', { approvals: [{ by: 'U0EVE', at: START }] }],
    ['the digest is gone', { targetDigest: undefined }],
    ['the rule is gone', { rule: undefined }],
  ])('ends the image where %s, and not a byte moves', (_, forged) => {
    const image = queued.images['1'];
    if (!image) throw new Error('no image');
    const { targetDigest, rule, ...rest } = image;
    const kept = {
      ...('targetDigest' in forged || !targetDigest ? {} : { targetDigest }),
      ...('rule' in forged || !rule ? {} : { rule }),
    };
    const approvals = 'approvals' in forged ? forged.approvals : image.approvals;
    const item = { ...queued, images: { '1': { ...rest, ...kept, approvals } } };
    const ended = decided(item, claimBy('worker'));
    expect(ended.images['1']).toMatchObject({ state: 'failed', failure: { code: 'approvalsUnfit' } });
    expect(ended.state).toBe('finished');
    expect(ended.work['1']?.owner ?? '').toBe('');
  });
});

describe('giving back', () => {
  test('a yield after progress is no new attempt at the next claim', () => {
    const given = decided(copying, { ...heldBy('worker'), kind: 'yield', progressed: true });
    expect(given.images['1']).toMatchObject({ state: 'queued', notBefore: 0 });
    expect(given.work['1']).toEqual({ owner: '', fence: 1, until: 0 });
    const next = decided(given, claimBy('next'));
    expect(next.images['1']).toMatchObject({ state: 'copying', attempt: 1 });
    expect(next.images['1']?.yielded).toBeUndefined();
    expect(next.work['1']?.fence).toBe(2);
  });

  test('a yield without progress is, so that a copy that never gets on ends', () => {
    const given = decided(copying, { ...heldBy('worker'), kind: 'yield', progressed: false });
    expect(decided(given, claimBy('next')).images['1']?.attempt).toBe(2);
  });

  test('a postponed image says what it waits for, is claimed no sooner, and forgets it when claimed', () => {
    const later = START + 90_000;
    const given = decided(copying, { ...heldBy('worker'), kind: 'postpone', notBefore: later, failure });
    expect(given.images['1']).toMatchObject({ state: 'queued', notBefore: later, failure });
    expect(answerAt(given, later - 1, claimBy('next'))).toBe('not claimable');
    const next = decidedAt(given, later, claimBy('next'));
    expect(next.images['1']).toMatchObject({ state: 'copying', attempt: 2 });
    expect(next.images['1']?.failure).toBeUndefined();
  });
});

describe('the end', () => {
  const tagging = decided(copying, { ...heldBy('worker'), kind: 'tagging' });

  test('the mark of the tag has the time of the last PUT that was begun', () => {
    const again = decidedAt(tagging, START + 5, { ...heldBy('worker'), kind: 'tagging' });
    expect(again.images['1']?.taggingAt).toBe(START + 5);
  });

  test('with our mark it is copied; without it somebody else had put the tag, and it is unchanged', () => {
    expect(decided(tagging, copiedInput('worker')).images['1']?.state).toBe('copied');
    const unmarked = decided(copying, copiedInput('worker'));
    expect(unmarked.images['1']?.state).toBe('unchanged');
    expect(unmarked.events.at(-1)).toMatchObject({ type: 'copied', as: 'unchanged' });
  });

  test('findings are waited for, and the lease is given back', () => {
    const done = decided(tagging, copiedInput('worker'));
    expect(done.images['1']).toMatchObject({ scan: 'waiting', scanFrom: START });
    expect(done.work['1']).toEqual({ owner: '', fence: 1, until: 0 });
  });

  test('a failure names its code in the story and stays with the image', () => {
    const failed = decided(tagging, { ...heldBy('worker'), kind: 'fail', failure });
    expect(failed.images['1']?.failure).toEqual(failure);
    expect(failed.events.slice(-2)).toMatchObject([
      { type: 'failed', code: 'internal' },
      { type: 'finished' },
    ]);
  });
});
