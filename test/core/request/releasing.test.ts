import { describe, expect, test } from '@jest/globals';
import { cardHash } from '../../../core/request/card-facts.ts';
import { deliveries } from '../../../core/request/deliveries.ts';
import { due } from '../../../core/request/due.ts';
import { failures } from '../../../core/request/failure.ts';
import type { Image } from '../../../core/request/image.ts';
import { isGateOpen, releaseAuthority } from '../../../core/request/releasing.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  heldItem,
  heldVerdict,
  judged,
  leaveBy,
  passedVerdict,
  pushedInput,
  pushedItem,
  releaseBy,
  sampleGate,
} from './gated.ts';
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
  sampleSource,
  START,
  watchBy,
} from './sample-request.ts';

const one = ({ images }: RequestItem): Image => {
  const image = images['1'];
  if (!image) throw new Error('no image');
  return image;
};
const types = ({ events }: RequestItem): readonly string[] => events.map(({ type }) => type);
const tagging = (fence: number) => ({ ...heldBy('worker', fence), kind: 'tagging' }) as const;
const claim = { kind: 'claim', image: '1', owner: 'worker' } as const;
const told = (item: RequestItem): RequestItem => ({
  ...item,
  notifier: {
    ...item.notifier,
    cursor: { event: item.events.length, delivery: 0 },
    card: { channel: 'C0GENERAL', ts: '1.0' },
    shown: cardHash(item),
  },
});

describe('an image whose rule has a gate', () => {
  test('waits for its scan with all bytes in ECR, without a lease', () => {
    const item = pushedItem();
    expect(one(item)).toMatchObject({ state: 'pushed', scan: 'waiting', pushed: { copiedBytes: 9_000_000 } });
    expect(item.work['1']).toMatchObject({ owner: '', until: 0 });
    expect(types(item).at(-1)).toBe('pushed');
    const { ringAfterMs, scanFirstLookMs } = DEFAULT_TIMING;
    expect(due(told(item), DEFAULT_TIMING)).toBe(START + scanFirstLookMs + ringAfterMs);
  });

  test('cannot be tagged before the gate was asked, whoever holds it', () => {
    const copying = decided(offered(1, { gate: sampleGate() }), approveBy(ALICE), claim);
    expect(answerAt(copying, START, tagging(1))).toBe('gate closed');
  });

  test('goes back into the queue when the gate lets it through, is tagged, and ends without a second scan', () => {
    const passed = decided(pushedItem(), judged(passedVerdict));
    expect(one(passed)).toMatchObject({
      state: 'queued',
      scan: 'found',
      attempt: 0,
      gate: { verdict: 'passed', at: START },
    });
    const done = decided(passed, claim, tagging(2), copiedInput('worker', 2));
    expect(done.state).toBe('finished');
    expect(types(done)).toEqual(['offered', 'approved', 'pushed', 'scanned', 'copied', 'finished']);
    expect(done.events.find(({ type }) => type === 'copied')).toMatchObject({ settled: true });
    expect(one(done)).toMatchObject({ state: 'copied', scan: 'found' });
  });

  test('that has no findings goes on where its gate lets that pass', () => {
    const none = {
      kind: 'scanned',
      scans: { '1': { as: 'unavailable', why: 'FAILED', verdict: passedVerdict } },
    } as const;
    const passed = decided(pushedItem(), none);
    expect(one(passed)).toMatchObject({ state: 'queued', scan: 'unavailable', scanNote: 'FAILED' });
    expect(passed.events.at(-1)).toMatchObject({ type: 'scanned', as: 'unavailable', gate: 'passed' });
  });

  test('is held where the gate says no, until somebody releases it or its time is over', () => {
    const item = heldItem();
    expect(one(item)).toMatchObject({ state: 'held', scan: 'found', expiresAt: START + 24 * HOUR });
    expect(item.events.at(-1)).toMatchObject({ type: 'held', images: ['1'] });
    expect(item.state).toBe('running');
    expect(due(told(item), DEFAULT_TIMING)).toBe(START + 24 * HOUR);
  });

  test('keeps waiting when a worker of before looked that knows of no gate', () => {
    expect(answerAt(pushedItem(), START, { kind: 'scanned', scans: { '1': foundScan } })).toBe(
      'no scan waited for',
    );
  });

  test('whose gate is open already is not pushed but tagged', () => {
    const again = decided(pushedItem(), judged(passedVerdict), claim);
    expect(answerAt(again, START, pushedInput('worker', 2))).toBe('gate open');
    expect(answerAt(decided(offered(), approveBy(ALICE), claim), START, pushedInput('worker'))).toBe(
      'gate open',
    );
  });

  test('can be cancelled while it waits and while it is held, and nobody looks at its scan then', () => {
    for (const item of [pushedItem(), heldItem()]) {
      const done = decided(item, { kind: 'cancel', by: OTTO });
      expect(done.state).toBe('finished');
      expect(one(done)).toMatchObject({ state: 'cancelled' });
      expect(answerAt(done, START, judged(passedVerdict))).toBe('no scan waited for');
    }
  });

  test('that failed at its tag goes on there after a retry: the gate is not asked twice', () => {
    const failure = failures.internal({ source: sampleSource(), detail: 'a test' });
    const failed = decided(pushedItem(), judged(passedVerdict), claim, {
      ...heldBy('worker', 2),
      kind: 'fail',
      failure,
    });
    const again = decided(failed, { kind: 'retry', by: OTTO });
    expect(one(again)).toMatchObject({ state: 'queued', scan: 'found' });
    const done = decided(again, claim, tagging(3), copiedInput('worker', 3));
    expect(types(done).filter((type) => type === 'scanned')).toHaveLength(1);
    expect(done.state).toBe('finished');
  });
});

describe('a held image', () => {
  test('goes on to its tag when somebody entitled releases it, and the reason is on record', () => {
    const released = decided(heldItem(), releaseBy(BOB));
    expect(one(released)).toMatchObject({
      state: 'queued',
      released: { by: BOB, at: START, reason: 'the fix is on its way' },
    });
    expect(released.events.at(-1)).toMatchObject({
      type: 'released',
      by: BOB,
      digests: [one(released).targetDigest],
      reason: 'the fix is on its way',
      configHash: 'c0ffee123456',
    });
    const done = decided(released, claim, tagging(2), copiedInput('worker', 2));
    expect(one(done).state).toBe('copied');
    expect(types(done)).toEqual(['offered', 'approved', 'pushed', 'held', 'released', 'copied', 'finished']);
  });

  test('stays untagged when somebody leaves it, and that is its end', () => {
    const left = decided(heldItem(), leaveBy(BOB));
    expect(one(left).state).toBe('left');
    expect(left.events.at(-2)).toMatchObject({ type: 'left', by: BOB, reason: 'too risky' });
    expect(left.state).toBe('finished');
    expect(answerAt(left, START, releaseBy(BOB))).toBe('nothing held');
    expect(answerAt(left, START, { kind: 'retry', by: OTTO })).toBe('nothing failed');
  });

  test('is left when its time is over, and is not released then, also before the tick was by', () => {
    const item = heldItem();
    const late = START + 24 * HOUR;
    expect(answerAt(item, late, releaseBy(BOB))).toBe('nothing held');
    const left = decidedAt(item, late, { kind: 'expire' });
    expect(one(left).state).toBe('left');
    expect(types(left).slice(-2)).toEqual(['expired', 'finished']);
  });

  test('is released once: the second one finds nothing held', () => {
    expect(answerAt(decided(heldItem(), releaseBy(BOB)), START, releaseBy(ALICE))).toBe('nothing held');
    expect(answerAt(decided(heldItem(), releaseBy(BOB)), START, leaveBy(ALICE))).toBe('nothing held');
  });

  test('of the requester is released by them only where the rule allows self approval', () => {
    expect(answerAt(heldItem(), START, releaseBy(OTTO))).toBe('nothing held');
    expect(answerAt(heldItem({}, { selfApproval: true }), START, releaseBy(OTTO))).toBe('changed');
  });

  test('is not claimed on a release that does not fit its gate: who released it is not entitled', () => {
    const released = decided(heldItem(), releaseBy('U0STRANGER'));
    const ended = decided(released, claim);
    expect(one(ended)).toMatchObject({ state: 'failed', failure: { code: 'approvalsUnfit' } });
  });

  test('that was put back into the queue by hand is not claimed', () => {
    const item = heldItem();
    const forged = { ...item, images: { '1': { ...one(item), state: 'queued' as const } } };
    expect(one(decided(forged, claim))).toMatchObject({ state: 'failed' });
    const copying = {
      ...item,
      images: { '1': { ...one(item), state: 'copying' as const } },
      work: { '1': { owner: 'worker', fence: 1, until: START + 1 } },
    };
    expect(answerAt(copying, START, tagging(1))).toBe('gate closed');
  });

  test('shows on the card who released it', () => {
    const item = heldItem();
    const [bob, alice] = [BOB, ALICE].map((by) => cardHash(decided(item, releaseBy(by))));
    expect(new Set([cardHash(item), bob, alice]).size).toBe(3);
  });

  test('is reminded of at the times that came with the verdict, not at those of its approval', () => {
    const early = { as: 'reminder', at: START + HOUR } as const;
    const mine = { as: 'reminder', at: START + 4 * HOUR } as const;
    const item = pushedItem();
    const before = { ...item, images: { '1': { ...one(item), reminders: [early] } } };
    const held = decided(before, judged(heldVerdict, { reminders: [mine] }));
    expect(one(held).reminders).toEqual([mine]);
    expect(due(told(held), DEFAULT_TIMING)).toBe(mine.at);
  });
});

describe('who may release', () => {
  const bob = { id: BOB, groups: [] };
  const sec = { id: 'U0SEC', groups: ['S0SECURITY'] };

  test('the approvers of the rule, where the gate names nobody', () => {
    const item = heldItem();
    expect(releaseAuthority(item, one(item), bob)).toEqual({ may: true });
    expect(releaseAuthority(item, one(item), sec)).toEqual({ may: false, why: 'not an approver' });
  });

  test('only the gate’s own people, where it names some; by group, and the group is on record', () => {
    const releasers = { users: [], userGroups: ['S0SECURITY'] };
    const item = heldItem({ releasers });
    expect(releaseAuthority(item, one(item), bob)).toEqual({ may: false, why: 'not an approver' });
    expect(releaseAuthority(item, one(item), sec)).toEqual({ may: true, group: 'S0SECURITY' });
    const released = decided(item, {
      ...releaseBy('U0SEC'),
      groups: { '1': { id: 'S0SECURITY' } },
    } as ReturnType<typeof releaseBy>);
    expect(isGateOpen(released, one(released))).toBe(true);
    const byName = decided(item, releaseBy('U0SEC'));
    expect(isGateOpen(byName, one(byName))).toBe(false);
  });

  test('who approved it may release it too; who asked for it may not', () => {
    const item = heldItem();
    expect(releaseAuthority(item, one(item), { id: ALICE, groups: [] }).may).toBe(true);
    const own = { ...item, requester: BOB };
    expect(releaseAuthority(own, one(own), bob)).toEqual({ may: false, why: 'own request' });
  });
});

describe('somebody who has joined is told the end once', () => {
  const joined = (...inputs: Parameters<typeof decided>[1][]): readonly string[] => {
    const item = decided(decided(pushedItem(), watchBy('U0WANDA')), ...inputs);
    return item.events.flatMap((event) =>
      deliveries(event, item).some((each) => each.kind === 'direct' && each.to === 'U0WANDA')
        ? [event.type]
        : [],
    );
  };

  test('when the tag stands, not when the gate lets the image through', () => {
    expect(joined(judged(passedVerdict), claim, tagging(2), copiedInput('worker', 2))).toEqual(['copied']);
  });
  test('when it was left, or its time is over', () => {
    expect(joined(judged(heldVerdict), leaveBy(BOB))).toEqual(['left']);
    expect(joined(judged(heldVerdict))).toEqual([]);
  });
});

test('in a list each held image has a line of its own', () => {
  const gate = { gate: sampleGate() };
  const all = decided(
    offered(2, gate),
    approveBy(ALICE, '1', '2'),
    claim,
    { kind: 'claim', image: '2', owner: 'worker' },
    pushedInput('worker'),
    pushedInput('worker', 1, '2'),
    {
      kind: 'scanned',
      scans: { '1': { ...foundScan, verdict: heldVerdict }, '2': { ...foundScan, verdict: heldVerdict } },
    },
  );
  const held = all.events.filter(({ type }) => type === 'held');
  expect(held).toMatchObject([{ images: ['1'] }, { images: ['2'] }]);
  expect(held.flatMap((event) => deliveries(event, all))).toEqual([{ kind: 'reply' }, { kind: 'reply' }]);
});
