import { expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { cardHash } from '../../../core/request/card-facts.ts';
import { decide } from '../../../core/request/decide.ts';
import { hasCard, nextDelivery } from '../../../core/request/deliveries.ts';
import { due } from '../../../core/request/due.ts';
import { brokenLink } from '../../../core/request/event.ts';
import { failures } from '../../../core/request/failure.ts';
import { isSettled } from '../../../core/request/image.ts';
import type { Input, InputKind, Outcome } from '../../../core/request/input.ts';
import { remindDue } from '../../../core/request/reminding.ts';
import { isGateOpen } from '../../../core/request/releasing.ts';
import { imagesOf, RESOLVE, type RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  ALICE,
  approveBy,
  BOB,
  copiedInput,
  decided,
  foundScan,
  lookedInput,
  offer,
  offered,
  OTTO,
  sampleDigest,
  sampleRequest,
  sampleSource,
  START,
} from './sample-request.ts';
import { heldVerdict, leaveBy, passedVerdict, pushedInput, releaseBy, sampleGate } from './gated.ts';

/** Random lives of a request: any input at any time, by people and workers in and out of place. */
const RUNS = 400;
const failure = failures.internal({ source: sampleSource(), detail: 'a test' });
const image = fc.constantFrom('1', '2', '3');
const images = fc.subarray(['1', '2', '3'], { minLength: 1 });
const person = fc.constantFrom(OTTO, ALICE, BOB);
const owner = fc.constantFrom('worker', 'resolver');
/** Fences as a holder, a late one and a wrong one have them. */
const holder = fc.record({ owner, fence: fc.integer({ min: 1, max: 4 }) });
const wait = fc.integer({ min: 0, max: 400_000 });

/** People who may let it in alone, and somebody to be reminded of it. */
const glassOffer: Outcome = {
  ...offer({ approvals: 2, breakGlass: { users: [OTTO, BOB], userGroups: [] } }),
  reminders: [
    { as: 'reminder', at: START + 1_000 },
    { as: 'escalation', at: START + 130_000 },
  ],
} as Outcome;

const gatedOffer = offer({ gate: sampleGate() });

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      offer(),
      offer({ approvals: 2 }),
      offer({ selfApproval: true }),
      glassOffer,
      gatedOffer,
    ),
  },
  { weight: 1, arbitrary: fc.constant(offer({ decision: 'auto', approvals: 0 })) },
  { weight: 1, arbitrary: fc.constant<Outcome>({ kind: 'refused', failure }) },
  { weight: 1, arbitrary: fc.constant<Outcome>({ kind: 'unchanged' }) },
);

const verdicts = fc.constantFrom({}, { verdict: passedVerdict }, { verdict: heldVerdict });

const inputs: { readonly [K in InputKind]: fc.Arbitrary<Input> } = {
  claimResolve: owner.map((by) => ({ kind: 'claimResolve', owner: by })),
  releaseResolve: fc.tuple(holder, wait).map(([by, ms]) => ({
    ...by,
    kind: 'releaseResolve',
    notBefore: START + ms,
    failure,
  })),
  looked: holder.map((by) => ({ ...lookedInput(), ...by })),
  resolved: fc
    .tuple(holder, fc.dictionary(image, outcome, { minKeys: 3, maxKeys: 3 }))
    .map(([by, outcomes]) => ({
      ...by,
      kind: 'resolved',
      outcomes,
    })),
  approve: fc
    .tuple(person, images)
    .map(([by, list]) => ({ kind: 'approve', by, images: list, configHash: 'c0ffee' })),
  ask: fc.tuple(person, images).map(([by, list]) => ({ kind: 'ask', by, images: list, question: 'Why?' })),
  breakGlass: fc.tuple(person, images).map(([by, list]) => ({
    kind: 'breakGlass',
    by,
    images: list,
    reason: 'it burns',
    configHash: 'c0ffee',
    reviewAt: START + 1_000,
  })),
  confirmReview: fc.tuple(person, images).map(([by, list]) => ({ kind: 'confirmReview', by, images: list })),
  remind: fc.constant({ kind: 'remind' }),
  delay: fc.constant({ kind: 'delay', code: 'queueSilent', summary: 'The queue does not answer.' }),
  pushed: fc.tuple(holder, image).map(([by, id]) => pushedInput(by.owner, by.fence, id)),
  release: fc.tuple(person, images).map(([by, list]) => releaseBy(by, ...list)),
  leave: fc.tuple(person, images).map(([by, list]) => leaveBy(by, ...list)),
  deny: fc.tuple(person, images).map(([by, list]) => ({ kind: 'deny', by, images: list })),
  cancel: person.map((by) => ({ kind: 'cancel', by })),
  expire: fc.constant({ kind: 'expire' }),
  retry: person.map((by) => ({ kind: 'retry', by })),
  watch: fc
    .tuple(person, image)
    .map(([by, id]) => ({ kind: 'watch', image: id, by, request: 'M-9999', digest: sampleDigest('index') })),
  claim: fc.tuple(owner, image).map(([by, id]) => ({ kind: 'claim', image: id, owner: by })),
  yield: fc.tuple(holder, image, fc.boolean()).map(([by, id, progressed]) => ({
    ...by,
    kind: 'yield',
    image: id,
    progressed,
  })),
  postpone: fc.tuple(holder, image, wait).map(([by, id, ms]) => ({
    ...by,
    kind: 'postpone',
    image: id,
    notBefore: START + ms,
    failure,
  })),
  fail: fc.tuple(holder, image).map(([by, id]) => ({ ...by, kind: 'fail', image: id, failure })),
  tagging: fc.tuple(holder, image).map(([by, id]) => ({ ...by, kind: 'tagging', image: id })),
  copied: fc.tuple(holder, image).map(([by, id]) => copiedInput(by.owner, by.fence, id)),
  scanned: fc.tuple(images, verdicts).map(([list, verdict]) => ({
    kind: 'scanned',
    scans: Object.fromEntries(list.map((id) => [id, { ...foundScan, ...verdict }])),
  })),
};

/** Claims come up often, so that a life gets on; what would end everything comes up seldom. */
const weights: Partial<Record<InputKind, number>> = {
  claim: 14,
  claimResolve: 6,
  resolved: 14,
  approve: 12,
  pushed: 12,
  scanned: 12,
  copied: 14,
  tagging: 10,
  release: 4,
  yield: 1,
  postpone: 1,
  cancel: 1,
  deny: 1,
};
const step = fc.record({
  after: fc.oneof(fc.constant(0), fc.constant(1_000), fc.constant(130_000), fc.constant(8 * 24 * 3_600_000)),
  /** Mostly the worker that holds the lease speaks; sometimes one that lost it. */
  inPlace: fc.constantFrom(true, true, true, false),
  input: fc.oneof(
    ...Object.entries(inputs).map(([kind, arbitrary]) => ({
      weight: Object.entries(weights).find(([name]) => name === kind)?.[1] ?? 2,
      arbitrary,
    })),
  ),
});
const life = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' });

interface Step {
  readonly after: number;
  readonly inPlace: boolean;
  readonly input: Input;
}

/** The input as the present holder of its lease would send it. */
function ofHolder(item: RequestItem, input: Input): Input {
  if (!('fence' in input)) return input;
  const lease = item.work['image' in input ? input.image : RESOLVE];
  return lease ? { ...input, owner: lease.owner, fence: lease.fence } : input;
}

function live(
  steps: readonly Step[],
  see: (item: RequestItem) => void,
  start = sampleRequest(3),
): RequestItem {
  let item = start;
  let now = START;
  for (const [n, { after, inPlace, input }] of steps.entries()) {
    // Long pauses are rare enough: most lives stay inside their week.
    now += after > 1_000_000 && n % 7 !== 0 ? 0 : after;
    const decision = decide(item, inPlace ? ofHolder(item, input) : input, {
      now,
      timing: DEFAULT_TIMING,
      token: `token-${n}`,
    });
    if (decision.kind === 'refused') continue;
    item = decision.item;
    see(item);
  }
  return item;
}

/** Offered under a scan gate, and approved: what is rare from the first step on is met from here. */
const gated = decided(offered(3, { gate: sampleGate() }), approveBy(ALICE, '1', '2', '3'));

const told = (item: RequestItem): RequestItem => ({
  ...item,
  notifier: {
    ...item.notifier,
    cursor: { event: item.events.length, delivery: 0 },
    ...(hasCard(item) && { card: { channel: 'C0GENERAL', ts: '1.0' }, shown: cardHash(item) }),
  },
});
/** A review that is owed is asked for once more, also when all else is done. */
const isOver = (item: RequestItem): boolean =>
  remindDue(item) === undefined &&
  (item.state === 'refused' ||
    (item.state === 'finished' && imagesOf(item).every(([, one]) => isSettled(one))));

test('somebody is always due to look while anything is unsettled, and nobody when all is done and said', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(life, (steps) => {
      const see = (item: RequestItem): void => {
        for (const [, one] of imagesOf(item)) reached.add(one.state);
        expect(item.dueAt).toBe(due(item, DEFAULT_TIMING));
        expect(due(told(item), DEFAULT_TIMING) === undefined).toBe(isOver(item));
        if (nextDelivery(item)) expect(item.dueAt).toBeDefined();
      };
      live(steps, see);
      live(steps, see, gated);
    }),
    { numRuns: RUNS, seed: 7 },
  );
  // The walks are worth something only if they come around.
  expect([...reached].sort()).toEqual(
    [
      'cancelled',
      'copied',
      'copying',
      'expired',
      'failed',
      'held',
      'left',
      'pushed',
      'queued',
      'ready',
      'refused',
      'rejected',
      'unchanged',
    ].sort(),
  );
});

test('the state of a request is what its images say', () => {
  fc.assert(
    fc.property(life, (steps) => {
      live(steps, (item) => {
        const states = imagesOf(item).map(([, one]) => one);
        if (item.state === 'finished') expect(states.every(isSettled)).toBe(true);
        if (item.state === 'pending' || item.state === 'running') expect(states.every(isSettled)).toBe(false);
        if (item.state === 'pending') {
          expect(states.some(({ state }) => state === 'queued' || state === 'copying')).toBe(false);
        }
        if (item.state === 'refused') expect(states.every(({ state }) => state === 'refused')).toBe(true);
      });
    }),
    { numRuns: RUNS, seed: 8 },
  );
});

test('nothing is ever copied without the approvals its rule asks for, by others than the requester', () => {
  fc.assert(
    fc.property(life, (steps) => {
      live(steps, (item) => {
        for (const [, { approvals, rule, state }] of imagesOf(item)) {
          if (state !== 'queued' && state !== 'copying' && state !== 'copied') continue;
          // Who broke the glass may be the requester, and is enough alone.
          if (approvals.some(({ glass }) => glass)) continue;
          const people = new Set(approvals.map(({ by }) => by));
          if (!rule?.selfApproval) expect(people.has(OTTO)).toBe(false);
          expect(people.size).toBeGreaterThanOrEqual(rule?.approvals ?? 1);
        }
      });
    }),
    { numRuns: RUNS, seed: 9 },
  );
});

test('no tag is begun while its gate is shut, and what is pushed or held is nobody’s', () => {
  fc.assert(
    fc.property(life, (steps) => {
      const see = (item: RequestItem): void => {
        for (const [id, one] of imagesOf(item)) {
          if (one.taggingAt !== undefined) expect(isGateOpen(item, one)).toBe(true);
          if (one.state !== 'pushed' && one.state !== 'held') continue;
          expect(item.work[id]?.owner).toBe('');
          expect(one.taggingAt).toBeUndefined();
          expect(one.scan === 'waiting').toBe(one.state === 'pushed');
        }
      };
      live(steps, see);
      live(steps, see, gated);
    }),
    { numRuns: RUNS, seed: 11 },
  );
});

test('versions and fences only grow, the story only gets longer, and its chain holds', () => {
  fc.assert(
    fc.property(life, (steps) => {
      let before = sampleRequest(3);
      const end = live(steps, (item) => {
        expect(item.version).toBe(before.version + 1);
        expect(item.events.slice(0, before.events.length)).toEqual(before.events);
        for (const [key, lease] of Object.entries(before.work)) {
          expect(item.work[key]?.fence).toBeGreaterThanOrEqual(lease.fence);
        }
        for (const [id, { taggingAt }] of imagesOf(before)) {
          if (taggingAt !== undefined) expect(item.images[id]?.taggingAt).toBeGreaterThanOrEqual(taggingAt);
        }
        before = item;
      });
      expect(brokenLink(end.events)).toBeUndefined();
    }),
    { numRuns: RUNS, seed: 10 },
  );
});
