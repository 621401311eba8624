import { describe, expect, test } from '@jest/globals';
import { cardHash } from '../../../core/request/card-facts.ts';
import { decisionDue, due, notifyDue, scanDue, workDue, workRingDue } from '../../../core/request/due.ts';
import { failures } from '../../../core/request/failure.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  ALICE,
  decided,
  approveBy,
  copiedInput,
  foundScan,
  heldBy,
  offered,
  resolvedAs,
  sampleRequest,
  sampleSource,
  START,
  WEEK,
} from './sample-request.ts';

const { graceMs, leaseMs, ringAfterMs, sayAfterMs, scanFirstLookMs } = DEFAULT_TIMING;
const failure = failures.internal({ source: sampleSource(), detail: 'a test' });
const claimed = decided(sampleRequest(), { kind: 'claimResolve', owner: 'resolver' });
const queued = decided(offered(), approveBy(ALICE));
const copying = decided(queued, { kind: 'claim', image: '1', owner: 'worker' });
const copied = decided(copying, { ...heldBy('worker'), kind: 'tagging' }, copiedInput('worker'));

/** With its story told and its card up to date, so that only work and people are left. */
const told = (item: RequestItem): RequestItem => ({
  ...item,
  notifier: {
    ...item.notifier,
    cursor: { event: item.events.length, delivery: 0 },
    card: { channel: 'C0GENERAL', ts: '1.0' },
    shown: cardHash(item),
  },
});
const later = (item: RequestItem, notBefore: number): RequestItem =>
  decided(item, { ...heldBy('worker'), kind: 'postpone', notBefore, failure });
const held = (item: RequestItem): RequestItem => {
  const image = item.images['1'];
  return image ? { ...item, images: { '1': { ...image, state: 'held' } } } : item;
};

test.each<[string, RequestItem, number | undefined]>([
  ['just asked for: when the doorbell counts as lost', sampleRequest(), START + ringAfterMs],
  ['looked up: when the lease is over', claimed, START + leaseMs],
  ['offered and told: when it expires', told(offered()), START + WEEK],
  ['offered, the card not yet posted: soon', offered(), START + sayAfterMs],
  ['approved and told: when the doorbell counts as lost', told(queued), START + ringAfterMs],
  ['postponed: a while after its time', told(later(copying, START + WEEK)), START + WEEK + ringAfterMs],
  ['copying: when the lease is over', told(copying), START + leaseMs],
  ['held: when it is left untagged', told(held(queued)), START + WEEK],
  ['copied: when the first look at the scan is overdue', told(copied), START + scanFirstLookMs + ringAfterMs],
  [
    'finished and told: never',
    told(decided(copied, { kind: 'scanned', scans: { '1': foundScan } })),
    undefined,
  ],
  [
    'finished, not yet told: soon',
    decided(copied, { kind: 'scanned', scans: { '1': foundScan } }),
    START + sayAfterMs,
  ],
  [
    'refused and told: never',
    told(decided(claimed, resolvedAs({ '1': { kind: 'refused', failure } }))),
    undefined,
  ],
])('%s', (_, item, expected) => {
  expect(due(item, DEFAULT_TIMING)).toBe(expected);
});

test('the earliest of several reasons counts', () => {
  const list = told(decided(offered(2), approveBy(ALICE, '1')));
  expect(workDue(list, DEFAULT_TIMING)).toBe(START + ringAfterMs);
  expect(decisionDue(list)).toBe(START + WEEK);
  expect(due(list, DEFAULT_TIMING)).toBe(START + ringAfterMs);
});

test('a look at the scans that is under way puts off the next ring', () => {
  const looking = {
    ...copied,
    work: { ...copied.work, scan: { owner: 'look', fence: 1, until: START + 60_000 } },
  };
  expect(scanDue(looking, DEFAULT_TIMING)).toBe(START + 60_000 + ringAfterMs);
});

describe('ringing for work again', () => {
  const rungAt = START + 10 * 60_000;
  const rung = (n: number, version = queued.version): RequestItem => ({
    ...queued,
    rung: { version, at: rungAt, n },
  });

  test.each([
    [0, 60_000],
    [1, 120_000],
    [2, 240_000],
    [3, 480_000],
    [4, 900_000],
    [5, 900_000],
    [2_000, 900_000],
  ])('after ring %i of the same version it is put off by %i ms', (n, wait) => {
    expect(workRingDue(rung(n), DEFAULT_TIMING)).toBe(rungAt + wait);
  });

  test('a new version is rung for at once, and a ring never makes work due earlier', () => {
    expect(workRingDue(rung(3, queued.version - 1), DEFAULT_TIMING)).toBe(START + ringAfterMs);
    const waiting = later(copying, START + WEEK);
    const early = { ...waiting, rung: { version: waiting.version, at: START, n: 0 } };
    expect(workRingDue(early, DEFAULT_TIMING)).toBe(START + WEEK + ringAfterMs);
  });

  test('the back-off holds up neither expiry nor the story', () => {
    const list = decided(offered(2), approveBy(ALICE, '1'));
    const noted = { ...list, rung: { version: list.version, at: START + WEEK, n: 9 } };
    expect(due(noted, DEFAULT_TIMING)).toBe(START + sayAfterMs);
    expect(due(told(noted), DEFAULT_TIMING)).toBe(START + WEEK);
  });
});

describe('the notifier is late', () => {
  test('never inside a post in doubt, nor before Slack said to come back', () => {
    const item = offered();
    const tried = { key: 'M-7F3K#0#0', token: 'token', deadline: START + 15_000, channel: 'C0GENERAL' };
    const doubted = { ...item, notifier: { ...item.notifier, tried } };
    expect(notifyDue(doubted, DEFAULT_TIMING)).toBe(START + 15_000 + graceMs);
    const busy = { ...item, notifier: { ...item.notifier, notBefore: START + 99_000 } };
    expect(notifyDue(busy, DEFAULT_TIMING)).toBe(START + 99_000);
  });

  test('when the card shows something else than the item says', () => {
    const item = told(queued);
    expect(notifyDue(item, DEFAULT_TIMING)).toBeUndefined();
    const stale = { ...item, notifier: { ...item.notifier, shown: 'other' } };
    expect(notifyDue(stale, DEFAULT_TIMING)).toBe(START + sayAfterMs);
  });

  test('while an edit of a card is in doubt, although every line is told', () => {
    const item = told(queued);
    const tried = { key: 'M-7F3K#card', token: 'token', deadline: START + 15_000, channel: 'C0GENERAL' };
    const doubted = { ...item, notifier: { ...item.notifier, tried } };
    expect(notifyDue(doubted, DEFAULT_TIMING)).toBe(START + 15_000 + graceMs);
  });
});
