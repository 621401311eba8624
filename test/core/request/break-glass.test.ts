import { describe, expect, test } from '@jest/globals';
import { reviewsOwed } from '../../../core/request/break-glass.ts';
import type { Image } from '../../../core/request/image.ts';
import type { RecordedRule } from '../../../core/request/recorded-rule.ts';
import { remindDue } from '../../../core/request/reminding.ts';
import { approvalsFit, commandAuthority, glassAuthority } from '../../../core/request/policy.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import {
  ALICE,
  answerAt,
  approveBy,
  BOB,
  copiedInput,
  decided,
  decidedAt,
  foundScan,
  heldBy,
  HOUR,
  offered,
  OTTO,
  START,
  WEEK,
} from './sample-request.ts';

const CALL = 'U0CALL';
const rule: Partial<RecordedRule> = {
  approvals: 2,
  breakGlass: { users: [CALL, OTTO], userGroups: ['S0CALL'] },
};
const REVIEW_AT = START + 30 * HOUR;
const breakBy = (by: string, over = {}) =>
  ({
    kind: 'breakGlass',
    by,
    images: ['1'],
    reason: 'the registry is down',
    configHash: 'c0ffee123456',
    reviewAt: REVIEW_AT,
    ...over,
  }) as const;
const reviewBy = (by: string) => ({ kind: 'confirmReview', by, images: ['1'] }) as const;
const imageOf = (item: RequestItem): Image => {
  const image = item.images['1'];
  if (!image) throw new Error('no image');
  return image;
};
const claim = { kind: 'claim', image: '1', owner: 'w' } as const;

describe('breaking the glass', () => {
  test('lets it in on one name, by its digest, with its reason, and owes a review', () => {
    const item = decided(offered(1, rule), breakBy(CALL));
    expect(imageOf(item)).toMatchObject({
      state: 'queued',
      approvals: [{ by: CALL, glass: true }],
      review: { by: CALL, reason: 'the registry is down' },
    });
    expect(item.events.at(-1)).toMatchObject({
      type: 'brokeGlass',
      by: CALL,
      reason: 'the registry is down',
      digests: [imageOf(item).targetDigest],
    });
    expect(reviewsOwed(item)).toHaveLength(1);
    expect(imageOf(decided(item, claim)).state).toBe('copying');
  });

  test('works for one’s own request: the list and the review are what guards it', () => {
    expect(imageOf(decided(offered(1, rule), breakBy(OTTO), claim)).state).toBe('copying');
  });

  test('keeps the approvals of others and counts nobody twice', () => {
    const item = decided(offered(1, rule), approveBy(ALICE), breakBy(CALL));
    expect(imageOf(item).approvals.map(({ by }) => by)).toEqual([ALICE, CALL]);
    const twice = decided(
      offered(1, { ...rule, approvers: { users: [CALL], userGroups: [] } }),
      approveBy(CALL),
      breakBy(CALL),
    );
    expect(imageOf(twice).approvals).toEqual([{ by: CALL, at: START, glass: true }]);
    expect(approvalsFit(twice, imageOf(twice))).toBe(true);
  });

  test('is refused where the rule has no list, the image is decided, or it has expired', () => {
    expect(answerAt(offered(1, { approvals: 2 }), START, breakBy(CALL))).toBe('nothing to decide');
    const denied = decided(offered(2, rule), { kind: 'deny', by: ALICE, images: ['1'] });
    expect(answerAt(denied, START, breakBy(CALL))).toBe('nothing to decide');
    expect(answerAt(offered(1, rule), START + WEEK, breakBy(CALL))).toBe('nothing to decide');
  });

  test('is for people of the list and its groups only', () => {
    const image = imageOf(offered(1, rule));
    const may = (id: string, ...groups: string[]) => glassAuthority(image, { id, groups }).may;
    expect([may(CALL), may('U0X', 'S0CALL'), may(ALICE), may('U0X', 'S0OTHER')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('written into the item by somebody who is not on the list does not move a byte', () => {
    const item = decided(offered(1, rule), breakBy('U0FORGED'));
    expect(imageOf(decided(item, claim))).toMatchObject({
      state: 'failed',
      failure: { code: 'approvalsUnfit' },
    });
  });
});

describe('the review', () => {
  const broken = decided(offered(1, rule), breakBy(CALL));

  test('is a second person’s: neither who broke the glass nor who had asked', () => {
    expect(answerAt(broken, START, reviewBy(CALL))).toBe('nothing to review');
    expect(answerAt(broken, START, reviewBy(OTTO))).toBe('nothing to review');
    const done = decided(broken, reviewBy(BOB));
    expect(imageOf(done).review?.confirmed).toEqual({ by: BOB, at: START });
    expect(reviewsOwed(done)).toEqual([]);
    expect(answerAt(done, START, reviewBy(ALICE))).toBe('nothing to review');
  });

  test('is still owed, and still confirmed, when the copy is over', () => {
    const held = { ...heldBy('w'), kind: 'tagging' } as const;
    const scans = { kind: 'scanned', scans: { '1': foundScan } } as const;
    const over = decided(broken, claim, held, copiedInput('w'), scans);
    expect(over.state).toBe('finished');
    expect(remindDue(over)).toBe(REVIEW_AT);
    const again = decidedAt(over, REVIEW_AT, { kind: 'remind' });
    expect(again.events.at(-1)).toMatchObject({ type: 'reminded', as: 'review', images: ['1'] });
    expect(remindDue(again)).toBeUndefined();
    const done = decided(over, reviewBy(BOB));
    expect(done.state).toBe('finished');
    expect(remindDue(done)).toBeUndefined();
  });
});

describe('a decision by command', () => {
  const arn = 'arn:aws:sts::123456789012:assumed-role/ops/alice';
  const byCommand = [
    { arn, user: ALICE },
    { arn: `${arn}-otto`, user: OTTO },
  ];
  const approval = (by: string) =>
    ({ kind: 'approve', by, images: ['1'], configHash: 'c0ffee123456' }) as const;
  const item = offered(1, { byCommand, approvers: { users: [], userGroups: [] } });

  test('is for the identities that were named when the image was offered, never for one’s own request', () => {
    const may = (each: string) => commandAuthority(item, imageOf(item), each);
    expect(may(arn)).toEqual({ may: true, by: ALICE });
    expect(may(`${arn}-otto`)).toEqual({ may: false, why: 'own request' });
    expect(may(`${arn}x`)).toEqual({ may: false, why: 'not an approver' });
  });

  test('is recorded with the identity, and counts before the first byte', () => {
    const approved = decided(item, { ...approval(ALICE), arn, reason: 'Slack is down' });
    expect(approved.events.at(-1)).toMatchObject({
      type: 'approved',
      by: ALICE,
      arn,
      reason: 'Slack is down',
    });
    expect(imageOf(decided(approved, claim)).state).toBe('copying');
  });

  test('of somebody else’s identity does not move a byte', () => {
    const forged = decided(item, { ...approval(BOB), arn });
    expect(imageOf(decided(forged, claim)).failure?.code).toBe('approvalsUnfit');
  });
});
