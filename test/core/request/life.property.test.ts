import { expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { cardHash } from '../../../core/request/card-facts.ts';
import { decide } from '../../../core/request/decide.ts';
import { hasCard, nextDelivery } from '../../../core/request/deliveries.ts';
import { due } from '../../../core/request/due.ts';
import { brokenLink } from '../../../core/request/event.ts';
import { failures } from '../../../core/request/failure.ts';
import type { Input, InputKind, Outcome } from '../../../core/request/input.ts';
import { imagesOf, isSettled, RESOLVE, type RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  ALICE,
  BOB,
  copiedInput,
  foundScan,
  offer,
  OTTO,
  sampleRequest,
  sampleSource,
  sampleDigest,
  START,
} from './sample-request.ts';

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

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(offer(), offer({ approvals: 2 }), offer({ selfApproval: true })) },
  { weight: 1, arbitrary: fc.constant(offer({ decision: 'auto', approvals: 0 })) },
  { weight: 1, arbitrary: fc.constant<Outcome>({ kind: 'refused', failure }) },
  { weight: 1, arbitrary: fc.constant<Outcome>({ kind: 'unchanged' }) },
);

const inputs: { readonly [K in InputKind]: fc.Arbitrary<Input> } = {
  claimResolve: owner.map((by) => ({ kind: 'claimResolve', owner: by })),
  releaseResolve: fc.tuple(holder, wait).map(([by, ms]) => ({
    ...by,
    kind: 'releaseResolve',
    notBefore: START + ms,
    failure,
  })),
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
  scanned: images.map((list) => ({
    kind: 'scanned',
    scans: Object.fromEntries(list.map((id) => [id, foundScan])),
  })),
};

/** Claims come up often, so that a life gets on; what would end everything comes up seldom. */
const weights: Partial<Record<InputKind, number>> = {
  claim: 6,
  claimResolve: 3,
  resolved: 6,
  approve: 5,
  copied: 6,
  tagging: 4,
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

function live(steps: readonly Step[], see: (item: RequestItem) => void): RequestItem {
  let item = sampleRequest(3);
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

const told = (item: RequestItem): RequestItem => ({
  ...item,
  notifier: {
    ...item.notifier,
    cursor: { event: item.events.length, delivery: 0 },
    ...(hasCard(item) && { card: { channel: 'C0GENERAL', ts: '1.0' }, shown: cardHash(item) }),
  },
});
const isOver = (item: RequestItem): boolean =>
  item.state === 'refused' ||
  (item.state === 'finished' && imagesOf(item).every(([, one]) => isSettled(one)));

test('somebody is always due to look while anything is unsettled, and nobody when all is done and said', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(life, (steps) => {
      live(steps, (item) => {
        for (const [, one] of imagesOf(item)) reached.add(one.state);
        expect(item.dueAt).toBe(due(item, DEFAULT_TIMING));
        expect(due(told(item), DEFAULT_TIMING) === undefined).toBe(isOver(item));
        if (nextDelivery(item)) expect(item.dueAt).toBeDefined();
      });
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
          const people = new Set(approvals.map(({ by }) => by));
          if (!rule?.selfApproval) expect(people.has(OTTO)).toBe(false);
          expect(people.size).toBeGreaterThanOrEqual(rule?.approvals ?? 1);
        }
      });
    }),
    { numRuns: RUNS, seed: 9 },
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
