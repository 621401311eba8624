import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Input } from '../../../core/request/input.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import { type Changed, type ChangeRequest, changer } from '../../../core/store/change.ts';
import { requestStore } from '../../../core/store/items.ts';
import type { RequestStore } from '../../../core/store/store.ts';
import { type Fate, lostAnswers, randomFate } from '../../../local/unkind/lost-answers.ts';
import { seededRandom } from '../../../local/unkind/seeded-random.ts';
import {
  ALICE,
  approveBy,
  BOB,
  decided,
  heldBy,
  offered,
  sampleRequest,
  START,
} from '../request/sample-request.ts';
import { type LocalTable, openLocalTable } from './local-table.ts';

let table: LocalTable;
let store: RequestStore;
beforeAll(async () => {
  table = await openLocalTable();
  store = requestStore(table.dynamo);
});
afterAll(async () => {
  await table.close();
});

let count = 0;
async function putNew(item: RequestItem): Promise<RequestItem> {
  count += 1;
  const mine = { ...item, id: `M-CHNG${count}` };
  await store.put(mine);
  return mine;
}
async function stored({ id }: RequestItem): Promise<RequestItem> {
  const item = await store.get(id);
  if (!item) throw new Error('gone');
  return item;
}

/** One process's changes; its clock moves only while it sleeps. */
function processOver(requests: RequestStore, seed: number): ChangeRequest {
  let now = START;
  return changer({
    requests,
    timing: DEFAULT_TIMING,
    now: () => now,
    random: seededRandom(seed),
    sleep: async (ms) => {
      now += ms;
    },
  });
}
const change = (item: RequestItem, input: Input, within = 60_000) => ({
  id: item.id,
  input: () => input,
  deadline: START + within,
});
const answerOf = (changed: Changed): string => ('why' in changed ? changed.why : changed.kind);

test('ten approvers at once, in ten processes, of twenty requests: one is let in each time, the others hear the truth', async () => {
  const requests = await Promise.all(Array.from({ length: 20 }, () => putNew(offered(1, {}))));
  const people = Array.from({ length: 10 }, (_, n) => `U0PERSON${n}`);
  const processes = people.map((_, n) => processOver(store, n + 1));
  for (const item of requests) {
    const answers = await Promise.all(
      people.map((by, n) => processes[n]?.(change(item, approveBy(by))) ?? Promise.reject(new Error('none'))),
    );
    const winners = people.filter((_, n) => answers[n]?.kind === 'changed');
    const now = await stored(item);
    expect(winners).toHaveLength(1);
    expect(now.images['1']?.approvals.map(({ by }) => by)).toEqual(winners);
    expect(now.version).toBe(item.version + 1);
    for (const answer of answers.filter(({ kind }) => kind !== 'changed')) {
      expect(answer).toMatchObject({ kind: 'refused', why: 'nothing to decide' });
      if (answer.kind === 'refused') expect(answer.item.images['1']?.state).toBe('queued');
    }
  }
});

test('changes to one request queue up inside a process: none of them loses a race', async () => {
  const item = await putNew(offered(10));
  let writes = 0;
  const counting: RequestStore = {
    ...store,
    write: (read, next) => {
      writes += 1;
      return store.write(read, next);
    },
  };
  const one = processOver(counting, 1);
  const ids = Object.keys(item.images);
  const answers = await Promise.all(ids.map((id) => one(change(item, approveBy(ALICE, id)))));
  expect(answers.map(answerOf)).toEqual(ids.map(() => 'changed'));
  expect(writes).toBe(ids.length);
  expect((await stored(item)).events.length).toBe(item.events.length + ids.length);
});

test('a change that throws does not hold up the next one', async () => {
  const item = await putNew(offered());
  const one = processOver(store, 1);
  const broken = one({
    ...change(item, approveBy(ALICE)),
    input: () => {
      throw new Error('a bug');
    },
  });
  const next = one(change(item, approveBy(ALICE)));
  await expect(broken).rejects.toThrow('a bug');
  expect((await next).kind).toBe('changed');
});

test('a lost race is decided again on what stands there then', async () => {
  const item = await putNew(offered(2));
  let raced = false;
  const racing: RequestStore = {
    ...store,
    write: async (read, next) => {
      if (!raced) {
        raced = true;
        await store.write(read, decided(read, { kind: 'deny', by: BOB, images: ['1'] }));
      }
      return store.write(read, next);
    },
  };
  const answer = await processOver(racing, 1)(change(item, approveBy(ALICE, '1', '2')));
  expect(answer.kind).toBe('changed');
  const now = await stored(item);
  expect([now.images['1']?.state, now.images['2']?.state]).toEqual(['rejected', 'queued']);
  expect(now.events.at(-1)).toMatchObject({ type: 'approved', images: ['2'] });
});

describe('what is not there, and what is left alone', () => {
  test('a missing request is missing', async () => {
    const answer = await processOver(store, 1)(change({ ...offered(), id: 'M-NONE' }, approveBy(ALICE)));
    expect(answer).toEqual({ kind: 'missing' });
  });

  test('no input is nothing to decide, and nothing is written', async () => {
    const item = await putNew(offered());
    const answer = await processOver(store, 1)({ ...change(item, approveBy(ALICE)), input: () => undefined });
    expect(answer).toMatchObject({ kind: 'refused', why: 'nothing to decide' });
    expect((await stored(item)).version).toBe(item.version);
  });
});

/** A store whose writes meet these fates, one after another, and all is well after the last. */
function fated(...fates: readonly Fate[]): RequestStore {
  const left = [...fates];
  return lostAnswers(store, (operation) => (operation === 'write' ? (left.shift() ?? 'ok') : 'ok'));
}

describe('a lost answer', () => {
  const copying = decided(offered(), approveBy(ALICE), { kind: 'claim', image: '1', owner: 'worker' });
  const looking = decided(sampleRequest(), { kind: 'claimResolve', owner: 'resolver' });
  const failure = { code: 'internal', summary: 'It failed.', hint: 'Retry.', retry: true } as const;
  const queued = decided(offered(), approveBy(ALICE));

  test.each<[string, RequestItem, Input]>([
    ['an approval', offered(), approveBy(ALICE)],
    ['a denial', offered(), { kind: 'deny', by: ALICE, images: ['1'] }],
    ['a cancel', copying, { kind: 'cancel', by: ALICE }],
    ['a failure', copying, { ...heldBy('worker'), kind: 'fail', failure }],
    ['a claim', queued, { kind: 'claim', image: '1', owner: 'mine' }],
    ['a yield', copying, { ...heldBy('worker'), kind: 'yield', progressed: true }],
    ['a postponement', copying, { ...heldBy('worker'), kind: 'postpone', notBefore: START + 5, failure }],
    ['the mark of the tag', copying, { ...heldBy('worker'), kind: 'tagging' }],
    ['the claim of a look', sampleRequest(), { kind: 'claimResolve', owner: 'mine' }],
    [
      'the release of a look',
      looking,
      { kind: 'releaseResolve', owner: 'resolver', fence: 1, notBefore: START + 5, failure },
    ],
  ])('of %s ends in a yes, written once, whatever became of the first write', async (_, from, input) => {
    for (const fates of [
      ['failed'],
      ['lost'],
      ['retried'],
      ['failed', 'lost'],
      ['failed', 'retried'],
    ] as const) {
      const item = await putNew(from);
      const answer = await processOver(fated(...fates), 1)(change(item, input));
      expect([fates, answerOf(answer)]).toEqual([fates, 'changed']);
      const now = await stored(item);
      expect(now.version).toBe(item.version + 1);
      if (answer.kind === 'changed') expect(now).toMatchObject(answer.item);
    }
  });

  test('that hides a lost race is no yes', async () => {
    const item = await putNew(offered());
    await store.write(item, decided(item, { kind: 'deny', by: BOB, images: ['1'] }));
    const stale: RequestStore = { ...fated('failed'), get: async () => item };
    const once = lostAnswers(stale, () => 'ok');
    let reads = 0;
    const answer = await processOver(
      {
        ...once,
        get: (id) => {
          reads += 1;
          return reads === 1 ? once.get(id) : store.get(id);
        },
      },
      1,
    )(change(item, approveBy(ALICE)));
    expect(answerOf(answer)).toBe('not open');
  });

  test("of somebody else's claim is not taken for our own", async () => {
    const item = await putNew(queued);
    const other: RequestStore = {
      ...store,
      write: async (read, next) => {
        await store.write(read, decided(read, { kind: 'claim', image: '1', owner: 'other' }));
        return store.write(read, next);
      },
    };
    const answer = await processOver(other, 1)(change(item, { kind: 'claim', image: '1', owner: 'mine' }));
    expect(answerOf(answer)).toBe('not claimable');
  });
});

describe('at the deadline', () => {
  test('a store that never answers leaves the question open', async () => {
    const item = await putNew(offered());
    const dead = lostAnswers(store, () => 'failed');
    const answer = await processOver(dead, 1)(change(item, approveBy(ALICE), 2_000));
    expect(answer).toEqual({ kind: 'unsure' });
  });

  test('a write that was applied unheard is unsure, and the item knows', async () => {
    const item = await putNew(offered());
    let reads = 0;
    const deaf = lostAnswers(store, (operation) => {
      if (operation === 'write') return 'lost';
      reads += 1;
      return reads === 1 ? 'ok' : 'failed';
    });
    const answer = await processOver(deaf, 1)(change(item, approveBy(ALICE), 2_000));
    expect(answer).toEqual({ kind: 'unsure' });
    expect((await stored(item)).images['1']?.state).toBe('queued');
  });

  test('pauses grow from 25 ms to a second, with full jitter, and never go past it', async () => {
    const item = await putNew(offered());
    const slept: number[] = [];
    let now = START;
    const answer = await changer({
      requests: lostAnswers(store, () => 'failed'),
      timing: DEFAULT_TIMING,
      now: () => now,
      random: () => 0.999,
      sleep: async (ms) => {
        slept.push(Math.round(ms));
        now += ms;
      },
    })(change(item, approveBy(ALICE), 4_000));
    expect(answer).toEqual({ kind: 'unsure' });
    expect(slept).toEqual([25, 50, 100, 200, 400, 799, 999, 999]);
    expect(now).toBeLessThan(START + 4_000);
  });
});

test('through a store that loses a third of all it is told, every answer given is true', async () => {
  const random = seededRandom(11);
  const requests = await Promise.all(Array.from({ length: 20 }, () => putNew(offered())));
  const unkind = lostAnswers(store, randomFate(random, { failed: 10, lost: 15, retried: 8 }));
  const people = [ALICE, BOB, 'U0CAROL'];
  const processes = people.map((_, n) => processOver(unkind, 100 + n));
  const seen = new Set<string>();
  for (const item of requests) {
    const answers = await Promise.all(
      people.map((by, n) => processes[n]?.(change(item, approveBy(by))) ?? Promise.reject(new Error('none'))),
    );
    const now = await stored(item);
    const [approval] = now.images['1']?.approvals ?? [];
    for (const [n, answer] of answers.entries()) {
      seen.add(answer.kind);
      if (answer.kind === 'unsure') continue;
      expect([answer.kind, people[n] === approval?.by]).toEqual(
        people[n] === approval?.by ? ['changed', true] : ['refused', false],
      );
    }
    expect(now.events.filter(({ type }) => type === 'approved')).toHaveLength(1);
  }
  expect(seen).toContain('changed');
  expect(seen).toContain('refused');
});
