import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../core/request/decide.ts';
import { isEffective } from '../../../core/request/effect.ts';
import { failures } from '../../../core/request/failure.ts';
import type { Input, InputKind } from '../../../core/request/input.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  ALICE,
  decided,
  decidedAt,
  approveBy,
  copiedInput,
  foundScan,
  heldBy,
  lookedInput,
  offer,
  offered,
  OTTO,
  resolvedAs,
  sampleRequest,
  sampleRun,
  sampleSource,
  sampleTarget,
  START,
  watchBy,
} from './sample-request.ts';
import { heldItem, leaveBy, pushedInput, releaseBy, sampleGate } from './gated.ts';

const failure = failures.internal({ source: sampleSource(), detail: 'a test' });
const { leaseMs } = DEFAULT_TIMING;
const claim: Input = { kind: 'claim', image: '1', owner: 'worker' };
const looking = decided(sampleRequest(), { kind: 'claimResolve', owner: 'resolver' });
const queued = decided(offered(), approveBy(ALICE));
const copying = decided(queued, claim);
const tagging = decided(copying, { ...heldBy('worker'), kind: 'tagging' });
const copied = decided(tagging, copiedInput('worker'));
const takenOver = decidedAt(copying, START + leaseMs, { kind: 'claim', image: '1', owner: 'next' });
const lookTaken = decidedAt(looking, START + leaseMs, { kind: 'claimResolve', owner: 'next' });

const lookingRun = decided(sampleRun(), { kind: 'claimResolve', owner: 'resolver' });
const entry = { source: sampleSource(), target: sampleTarget() };

interface Case {
  readonly before: RequestItem;
  readonly input: Input;
  /** What somebody else made of the item instead: our write cannot be in it. */
  readonly others: readonly RequestItem[];
}
/** A change that appends no event leaves no token: it must be known by what it did. */
const WITHOUT_EVENT: { readonly [K in InputKind]?: Case } = {
  claimResolve: {
    before: sampleRequest(),
    input: { kind: 'claimResolve', owner: 'mine' },
    others: [looking],
  },
  releaseResolve: {
    before: looking,
    input: { kind: 'releaseResolve', owner: 'resolver', fence: 1, notBefore: START + 5, failure },
    others: [
      lookTaken,
      decided(looking, resolvedAs({ '1': offer() })),
      decided(looking, { kind: 'cancel', by: OTTO }),
    ],
  },
  looked: {
    before: lookingRun,
    input: lookedInput({ '1': entry }),
    others: [decided(lookingRun, lookedInput({ '1': entry }, START + 1))],
  },
  claim: { before: queued, input: { kind: 'claim', image: '1', owner: 'mine' }, others: [copying] },
  yield: {
    before: copying,
    input: { ...heldBy('worker'), kind: 'yield', progressed: true },
    others: [takenOver, decided(copying, { kind: 'cancel', by: OTTO })],
  },
  postpone: {
    before: copying,
    input: { ...heldBy('worker'), kind: 'postpone', notBefore: START + 5, failure },
    others: [takenOver, decided(copying, { kind: 'cancel', by: OTTO })],
  },
  watch: {
    before: copying,
    input: watchBy('U0WANDA'),
    others: [decided(copying, watchBy('U0OTHER')), takenOver],
  },
  tagging: {
    before: copying,
    input: { ...heldBy('worker'), kind: 'tagging' },
    others: [takenOver, decided(copying, { kind: 'cancel', by: OTTO })],
  },
};
const glass = offered(1, { breakGlass: { users: [ALICE], userGroups: [] } });
const breakGlass: Input = {
  kind: 'breakGlass',
  by: ALICE,
  images: ['1'],
  reason: 'it burns',
  configHash: 'c0ffee123456',
  reviewAt: START,
};
const waits = offered().images['1'];
const gated = decided(offered(1, { gate: sampleGate() }), approveBy(ALICE), {
  kind: 'claim',
  image: '1',
  owner: 'worker',
});
const reminded: RequestItem = {
  ...offered(),
  images: waits ? { '1': { ...waits, reminders: [{ as: 'reminder', at: START }] } } : {},
};
const WITH_EVENT: { readonly [K in InputKind]?: Case } = {
  resolved: { before: looking, input: resolvedAs({ '1': offer() }), others: [] },
  approve: { before: offered(), input: approveBy(ALICE), others: [] },
  ask: {
    before: offered(),
    input: { kind: 'ask', by: ALICE, images: ['1'], question: 'Why?' },
    others: [],
  },
  breakGlass: { before: glass, input: breakGlass, others: [] },
  confirmReview: {
    before: decided(glass, breakGlass),
    input: { kind: 'confirmReview', by: 'U0BOB', images: ['1'] },
    others: [],
  },
  remind: { before: reminded, input: { kind: 'remind' }, others: [] },
  pushed: { before: gated, input: pushedInput('worker'), others: [] },
  release: { before: heldItem(), input: releaseBy(ALICE), others: [] },
  leave: { before: heldItem(), input: leaveBy(ALICE), others: [] },
  delay: {
    before: decided(offered(), approveBy(ALICE)),
    input: { kind: 'delay', code: 'queueSilent', summary: 'The queue does not answer.' },
    others: [],
  },
  deny: { before: offered(), input: { kind: 'deny', by: ALICE, images: ['1'] }, others: [] },
  cancel: { before: copying, input: { kind: 'cancel', by: OTTO }, others: [] },
  expire: {
    before: decidedAt({ ...offered(2) }, START, approveBy(ALICE, '2')),
    input: { kind: 'expire' },
    others: [],
  },
  retry: {
    before: decided(copying, { ...heldBy('worker'), kind: 'fail', failure }),
    input: { kind: 'retry', by: OTTO },
    others: [],
  },
  fail: { before: copying, input: { ...heldBy('worker'), kind: 'fail', failure }, others: [] },
  copied: { before: tagging, input: copiedInput('worker'), others: [] },
  scanned: { before: copied, input: { kind: 'scanned', scans: { '1': foundScan } }, others: [] },
};

const now = START + 30 * 24 * 3_600_000;
const applied = ({ before, input }: Case): RequestItem => {
  // A month later everything is claimable again; an approval has to come before the offer expires.
  const at = ['approve', 'ask', 'breakGlass', 'release'].includes(input.kind) ? START : now;
  const decision = decide(before, input, { now: at, timing: DEFAULT_TIMING, token: 'mine' });
  if (decision.kind === 'refused') throw new Error(`${input.kind}: ${decision.why}`);
  return decision.item;
};
const carriesToken = (item: RequestItem): boolean => item.events.some(({ token }) => token === 'mine');

describe.each(Object.entries(WITHOUT_EVENT))('%s, which appends no event,', (_, given) => {
  test('is recognised once it is written', () => {
    const item = applied(given);
    expect([carriesToken(item), isEffective(item, given.input)]).toEqual([false, true]);
  });

  test('is not taken for written before, nor where somebody else came first', () => {
    expect(isEffective(given.before, given.input)).toBe(false);
    for (const other of given.others) expect(isEffective(other, given.input)).toBe(false);
  });
});

test.each(Object.entries(WITH_EVENT))('%s is recognised by the token of its events alone', (_, given) => {
  const item = applied(given);
  expect([carriesToken(item), isEffective(item, given.input)]).toEqual([true, false]);
});

test('every input is in one of the two lists', () => {
  const kinds: Readonly<Record<InputKind, true>> = {
    claimResolve: true,
    releaseResolve: true,
    looked: true,
    resolved: true,
    approve: true,
    ask: true,
    breakGlass: true,
    confirmReview: true,
    remind: true,
    pushed: true,
    release: true,
    leave: true,
    delay: true,
    deny: true,
    cancel: true,
    expire: true,
    retry: true,
    claim: true,
    yield: true,
    postpone: true,
    fail: true,
    tagging: true,
    watch: true,
    copied: true,
    scanned: true,
  };
  expect([...Object.keys(WITHOUT_EVENT), ...Object.keys(WITH_EVENT)].sort()).toEqual(
    Object.keys(kinds).sort(),
  );
});

test('the last claim and the last release of a look refuse the request, and are known by their token', () => {
  const last = { ...looking, work: { resolve: { owner: 'resolver', fence: 1, until: 0, attempt: 12 } } };
  for (const input of [
    { kind: 'claimResolve', owner: 'mine' },
    { kind: 'releaseResolve', owner: 'resolver', fence: 1, notBefore: now, failure },
  ] satisfies Input[]) {
    const item = applied({ before: last, input, others: [] });
    expect([item.state, carriesToken(item), isEffective(item, input)]).toEqual(['refused', true, false]);
  }
});
