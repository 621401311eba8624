import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../core/request/decide.ts';
import { hasCard, nextDelivery } from '../../../core/request/deliveries.ts';
import { notifyDue } from '../../../core/request/due.ts';
import { newNotice } from '../../../core/request/new-run.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { isLookDue } from '../../../core/request/scheduling.ts';
import { silentSince } from '../../../core/schedule/schedule-row.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  decided,
  HOUR,
  lookedInput,
  offer,
  resolvedAs,
  sampleRequest,
  sampleRun,
  sampleSource,
  sampleTarget,
  START,
} from './sample-request.ts';

const claimed = decided(sampleRun(), { kind: 'claimResolve', owner: 'resolver' });
const entry = { source: sampleSource(), target: sampleTarget() };
const gone = {
  kind: 'gone',
  source: 'docker.io/library/nginx:1.9',
  target: 'base-images/nginx:1.9',
} as const;

describe('a run of a schedule', () => {
  test('has a look due until it has looked; a request that somebody typed has none', () => {
    expect([isLookDue(sampleRun()), isLookDue(claimed), isLookDue(sampleRequest())]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isLookDue(decided(claimed, lookedInput({ '1': entry })))).toBe(false);
  });

  test('in which nothing has changed is over, and nobody hears of it', () => {
    const item = decided(claimed, lookedInput());
    expect(item).toMatchObject({ state: 'finished', events: [], schedule: { looked: { unchanged: 11 } } });
    expect(item.dueAt).toBeUndefined();
  });

  test('that has only something to tell is over, and owes its card', () => {
    const item = decided(claimed, lookedInput({}, START, [gone]));
    expect(item).toMatchObject({ state: 'finished', schedule: { notes: [gone] } });
    expect([nextDelivery(item)?.delivery.kind, hasCard(item)]).toEqual(['card', true]);
  });

  test('asks for what has changed under the same lease, and the card is said once', () => {
    const looked = decided(claimed, lookedInput({ '1': entry }, START, [gone]));
    expect(looked).toMatchObject({
      state: 'resolving',
      entries: { '1': entry },
      work: { resolve: { owner: 'resolver' } },
    });
    const pending = decided(looked, resolvedAs({ '1': offer() }));
    expect(pending.state).toBe('pending');
    expect(pending.events.map(({ type }) => type)).toEqual(['offered']);
  });

  test('whose images turn out unchanged says nothing, but for what it has to tell', () => {
    const quiet = decided(claimed, lookedInput({ '1': entry }), resolvedAs({ '1': { kind: 'unchanged' } }));
    const telling = decided(
      claimed,
      lookedInput({ '1': entry }, START, [gone]),
      resolvedAs({ '1': { kind: 'unchanged' } }),
    );
    expect([nextDelivery(quiet), nextDelivery(telling)?.delivery.kind]).toEqual([undefined, 'card']);
  });

  test('whose images are refused says so in its channel: nobody asked who could be answered', () => {
    const failure = { code: 'internal', summary: 'It broke.', hint: 'Ask.', retry: false } as const;
    const item = decided(
      claimed,
      lookedInput({ '1': entry }),
      resolvedAs({ '1': { kind: 'refused', failure } }),
    );
    expect(nextDelivery(item)?.delivery).toEqual({ kind: 'card' });
  });

  test('that could not look, time and again, tells that it came to nothing', () => {
    const late: RequestItem = {
      ...claimed,
      work: { resolve: { owner: '', fence: 1, until: START, attempt: 12 } },
    };
    const item = decided(late, { kind: 'claimResolve', owner: 'other' });
    expect(item).toMatchObject({ state: 'refused', schedule: { notes: [{ kind: 'failed' }] } });
    expect(nextDelivery(item)?.delivery).toEqual({ kind: 'card' });
  });

  test('looks once: a second look, a late holder and a typed request are refused', () => {
    const answer = (item: RequestItem, over = {}) =>
      decide(item, { ...lookedInput(), ...over }, { now: START, timing: DEFAULT_TIMING, token: 'token' });
    expect(answer(claimed, { fence: 7 })).toEqual({ kind: 'refused', why: 'lease lost' });
    expect(answer(decided(claimed, lookedInput({ '1': entry })))).toEqual({
      kind: 'refused',
      why: 'not resolving',
    });
    expect(answer(sampleRequest())).toEqual({ kind: 'refused', why: 'not resolving' });
  });

  test('in quiet hours is told when they are over', () => {
    const sayFrom = START + 5 * HOUR;
    const base = sampleRun();
    const quiet: RequestItem = { ...base, schedule: { name: 'weekly', slot: START, sayFrom } };
    const item = decided(quiet, { kind: 'claimResolve', owner: 'resolver' }, lookedInput({}, START, [gone]));
    expect(notifyDue(item, DEFAULT_TIMING)).toBe(sayFrom);
    expect(item.dueAt).toBe(sayFrom);
  });
});

test('a notice is over when it is put, and owes its card', () => {
  const { id, hash, workspace, channel, team } = sampleRun();
  const item = newNotice({
    ...{ id, hash, workspace, channel, team },
    schedule: { name: 'weekly', slot: START },
    notes: [{ kind: 'late', since: START }],
    token: 'token',
    now: START,
    timing: DEFAULT_TIMING,
  });
  expect(item).toMatchObject({ state: 'finished', events: [{ type: 'noted' }] });
  expect([nextDelivery(item)?.delivery.kind, item.dueAt]).toEqual([
    'card',
    START + DEFAULT_TIMING.sayAfterMs,
  ]);
});

const DAY = 24 * HOUR;
test.each([
  ['no good run yet, for a week', {}, 7 * DAY, undefined],
  ['no good run yet, for a week and more than a day', {}, 8 * DAY + 1, START],
  ['a good run a week ago', { lastGoodAt: START + DAY }, 8 * DAY + 1, undefined],
  ['a good run long ago', { lastGoodAt: START + DAY }, 10 * DAY, START + DAY],
])('a weekly schedule with %s', (_name, more, later, since) => {
  const row = { version: 1, since: START, lastSlot: START, ...more };
  expect(silentSince(row, 7 * DAY, START + later)).toBe(since);
});
