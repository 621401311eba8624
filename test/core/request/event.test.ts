import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../core/request/decide.ts';
import {
  appendEvents,
  brokenLink,
  canonicalJson,
  MAX_EVENTS,
  type RequestEvent,
} from '../../../core/request/event.ts';
import { failures } from '../../../core/request/failure.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  ALICE,
  decided,
  answerAt,
  approveBy,
  heldBy,
  offered,
  OTTO,
  sampleSource,
  START,
} from './sample-request.ts';

const failure = failures.internal({ source: sampleSource(), detail: 'a test' });
const failed = decided(
  offered(),
  approveBy(ALICE),
  { kind: 'claim', image: '1', owner: 'worker' },
  { ...heldBy('worker'), kind: 'fail', failure },
);

test('every event of one change carries its token and time, and the next number', () => {
  const decision = decide(
    offered(),
    { kind: 'deny', by: ALICE, images: ['1'] },
    {
      now: START + 7,
      timing: DEFAULT_TIMING,
      token: 'mine',
    },
  );
  if (decision.kind === 'refused') throw new Error(decision.why);
  expect(decision.item.events.map(({ n }) => n)).toEqual([0, 1, 2]);
  expect(decision.item.events.slice(1)).toMatchObject([
    { type: 'denied', token: 'mine', at: START + 7 },
    { type: 'finished', token: 'mine', at: START + 7 },
  ]);
});

describe('the chain', () => {
  test('holds over a whole life, and after a store gave the maps back in another order', () => {
    expect(failed.events.length).toBe(4);
    expect(brokenLink(failed.events)).toBeUndefined();
    const reordered = JSON.parse(JSON.stringify(failed.events), (_, value: unknown) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    expect(brokenLink(reordered)).toBeUndefined();
  });

  test.each([
    ['who approved', 1, { by: 'U0EVE' }],
    ['when', 1, { at: START - 1 }],
    ['what was offered', 0, { images: ['2'] }],
    ['the number', 2, { n: 7 }],
  ])('shows where somebody edited %s', (_, n, edit) => {
    const events = failed.events.map((event, at): RequestEvent => (at === n ? { ...event, ...edit } : event));
    expect(brokenLink(events)).toBe('n' in edit ? n : n + 1);
  });

  test('shows a line taken out, put in, or moved', () => {
    const [a, b, c, d] = failed.events;
    if (!a || !b || !c || !d) throw new Error('a life of four events');
    expect(brokenLink([a, c, d])).toBe(1);
    expect(brokenLink([a, b, b, c, d])).toBe(2);
    expect(brokenLink([b, a, c, d])).toBe(0);
    expect(brokenLink([a, b, d, c])).toBe(2);
  });

  test('has no opinion on the last line: nothing follows from it yet', () => {
    const [a, b, c] = failed.events;
    if (!a || !b || !c) throw new Error('a life of four events');
    expect(brokenLink([a, b, { ...c, at: 1 }])).toBeUndefined();
  });
});

test('appending leaves the list it was given alone', () => {
  const before = [...failed.events];
  const more = appendEvents(failed.events, [{ type: 'finished' }], { at: START, token: 'token' });
  expect(more).toHaveLength(before.length + 1);
  expect(failed.events).toEqual(before);
});

test('canonical JSON does not depend on the order of keys, and does on the order of lists', () => {
  expect(canonicalJson({ b: [{ y: 1, x: 2 }], a: 1 })).toBe('{"a":1,"b":[{"x":2,"y":1}]}');
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});

describe(`above ${MAX_EVENTS} events`, () => {
  const [first] = failed.events;
  if (!first) throw new Error('no event');
  const full = (count: number) => ({
    ...failed,
    events: Array.from({ length: count }, (_, n): RequestEvent => ({ ...first, n })),
  });

  test('retries are refused', () => {
    expect(answerAt(full(MAX_EVENTS - 1), START, { kind: 'retry', by: OTTO })).toBe('changed');
    expect(answerAt(full(MAX_EVENTS), START, { kind: 'retry', by: OTTO })).toBe('too many events');
  });

  test('the ends of what runs still fit', () => {
    const retried = decided(full(MAX_EVENTS - 1), { kind: 'retry', by: OTTO });
    const ended = decided(
      retried,
      { kind: 'claim', image: '1', owner: 'next' },
      { ...heldBy('next', 2), kind: 'fail', failure },
    );
    expect(ended.state).toBe('finished');
    expect(ended.events.at(-1)).toMatchObject({ type: 'finished', n: MAX_EVENTS + 1 });
  });
});
