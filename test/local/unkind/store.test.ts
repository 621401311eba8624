import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requestStore } from '../../../core/store/items.ts';
import { type RequestStore, StoreError } from '../../../core/store/store.ts';
import { lateIndex } from '../../../local/unkind/late-index.ts';
import { type Fate, lostAnswers, randomFate } from '../../../local/unkind/lost-answers.ts';
import { seededRandom } from '../../../local/unkind/seeded-random.ts';
import { ALICE, approveBy, decided, offered, START } from '../../core/request/sample-request.ts';
import { type LocalTable, openLocalTable } from '../../core/store/local-table.ts';

let table: LocalTable;
let store: RequestStore;
beforeAll(async () => {
  table = await openLocalTable();
  store = requestStore(table.dynamo);
});
afterAll(async () => {
  await table.close();
});

describe('an index that is late', () => {
  const items = Array.from({ length: 20 }, (_, n) => ({ ...offered(), id: `M-LATE${n}` }));
  const ids = (found: readonly string[]) => [...found].sort();

  test('shows what it last showed, or less, until it catches up; items are read as they stand', async () => {
    const late = lateIndex(store, { random: seededRandom(3), missingPercent: 30 });
    const find = () => late.requests.findDue(START + 10_000, 100);
    for (const item of items.slice(0, 10)) await late.requests.put(item);
    const before = await find();
    expect(before).toHaveLength(10);

    late.lag();
    for (const item of items.slice(10)) await late.requests.put(item);
    const [parked] = items;
    if (!parked) throw new Error('none');
    await late.requests.park(parked, { dueAt: undefined });
    const looks = [await find(), await find(), await find()];
    for (const look of looks) {
      expect(look.length).toBeLessThan(10);
      expect(before).toEqual(expect.arrayContaining([...look]));
    }
    expect(looks.flat()).toContain(parked.id);
    expect((await late.requests.get(parked.id))?.dueAt).toBeUndefined();

    late.catchUp();
    expect(ids(await find())).toEqual(ids(items.slice(1).map(({ id }) => id)));
  });
});

describe('answers that get lost', () => {
  let count = 0;
  const putNew = async () => {
    count += 1;
    const item = { ...offered(), id: `M-LOST${count}` };
    await store.put(item);
    return item;
  };

  test.each<[Fate, 'yes' | 'no' | 'unknown', boolean]>([
    ['ok', 'yes', true],
    ['failed', 'unknown', false],
    ['lost', 'unknown', true],
    ['retried', 'no', true],
  ])('%s: the writer hears %s, applied: %s', async (fate, heard, applied) => {
    const item = await putNew();
    const unkind = lostAnswers(store, () => fate);
    const answer = await unkind.write(item, decided(item, approveBy(ALICE))).then(
      (yes) => (yes ? 'yes' : 'no'),
      (error: unknown) => (error instanceof StoreError ? 'unknown' : 'wrong'),
    );
    expect(answer).toBe(heard);
    expect((await store.get(item.id))?.version).toBe(item.version + (applied ? 1 : 0));
  });

  test('every call of a store can meet every fate', async () => {
    const item = await putNew();
    const seen: string[] = [];
    const unkind = lostAnswers(store, (operation) => {
      seen.push(operation);
      return 'failed';
    });
    const calls = [
      unkind.put(item),
      unkind.get(item.id),
      unkind.write(item, item),
      unkind.heartbeat({ id: item.id, key: '1', owner: 'a', fence: 1, until: 0 }),
      unkind.takeLook(item, { owner: 'a', until: 0 }),
      unkind.writeNotifier(item, item.notifier),
      unkind.park(item, { dueAt: 0 }),
      unkind.findDue(0, 1),
    ];
    for (const answer of await Promise.allSettled(calls)) expect(answer.status).toBe('rejected');
    expect(seen.sort()).toEqual(Object.keys(store).sort());
  });

  test('fates are drawn as often as asked for, the same for the same seed', () => {
    const draw = () => {
      const fate = randomFate(seededRandom(5), { failed: 10, lost: 20, retried: 5 });
      return Array.from({ length: 10_000 }, () => fate('get'));
    };
    const fates = draw();
    const share = (of: Fate) => Math.round(fates.filter((fate) => fate === of).length / 100);
    expect([share('failed'), share('lost'), share('retried'), share('ok')]).toEqual([10, 20, 5, 65]);
    expect(draw()).toEqual(fates);
  });
});
