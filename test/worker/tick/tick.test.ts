import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { due } from '../../../core/request/due.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING as T } from '../../../core/request/timing.ts';
import { changer } from '../../../core/store/change.ts';
import { requestStore } from '../../../core/store/items.ts';
import type { RequestStore } from '../../../core/store/store.ts';
import { type TickDeps, tick } from '../../../worker/tick/tick.ts';
import {
  ALICE,
  approveBy,
  copiedInput,
  decided,
  foundScan,
  HOUR,
  offered,
  sampleRequest,
  START,
  WEEK,
} from '../../core/request/sample-request.ts';
import { type LocalTable, openLocalTable } from '../../core/store/local-table.ts';

let table: LocalTable;
let requests: RequestStore;
beforeAll(async () => {
  table = await openLocalTable();
  requests = requestStore(table.dynamo);
});
afterAll(() => table.close());

let now = START;
let rung: string[] = [];
const warnings: string[] = [];
afterEach(() => {
  now = START;
  rung = [];
});
function deps(): TickDeps {
  const sleep = () => Promise.resolve();
  return {
    requests,
    change: changer({ requests, timing: T, now: () => now, random: () => 0.5, sleep }),
    bells: {
      work: async (id) => void rung.push(`work ${id}`),
      notify: async (id) => void rung.push(`notify ${id}`),
    },
    timing: T,
    now: () => now,
    log: (_level, message) => void warnings.push(message),
  };
}
let count = 0;
/** Puts it under an id of its own; `told` = the notifier has said everything. */
async function put(item: RequestItem, told = true): Promise<string> {
  count += 1;
  const id = `M-T${String(count).padStart(3, '0')}`;
  const notifier = told
    ? { ...item.notifier, cursor: { event: item.events.length, delivery: 0 } }
    : item.notifier;
  const { dueAt: _, ...mine } = { ...item, id, notifier };
  const dueAt = due(mine, T);
  expect(await requests.put({ ...mine, ...(dueAt !== undefined && { dueAt }) })).toBe(true);
  return id;
}
async function at(time: number): Promise<readonly string[]> {
  now = time;
  rung = [];
  await tick(deps());
  return rung;
}
const read = async (id: string): Promise<RequestItem> => {
  const item = await requests.get(id);
  if (!item) throw new Error('gone');
  return item;
};
/** Nothing of an earlier test is found again. */
const settle = async (id: string) => {
  const item = await read(id);
  await requests.park(item, { dueAt: undefined });
};

const claimed = () => decided(offered(), approveBy(ALICE), { kind: 'claim', image: '1', owner: 'w' });
const waitingForScan = () =>
  decided(claimed(), { kind: 'tagging', image: '1', owner: 'w', fence: 1 }, copiedInput('w'));

test.each<[string, () => RequestItem, number, 'work' | 'nothing']>([
  ['a command whose doorbell was lost', sampleRequest, T.ringAfterMs, 'work'],
  ['a command that was just given', sampleRequest, T.ringAfterMs - 1, 'nothing'],
  ['an approval whose doorbell was lost', () => decided(offered(), approveBy(ALICE)), T.ringAfterMs, 'work'],
  [
    'a look-up whose worker died',
    () => decided(sampleRequest(), { kind: 'claimResolve', owner: 'w' }),
    T.leaseMs,
    'work',
  ],
  ['a copy whose worker lives', claimed, T.leaseMs - 1, 'nothing'],
  ['a copy whose worker died', claimed, T.leaseMs, 'work'],
  ['findings that nobody looked for', waitingForScan, T.scanFirstLookMs + T.ringAfterMs, 'work'],
  ['a card that waits for people', offered, WEEK - 1, 'nothing'],
])('%s: %s', async (_case, item, after, expected) => {
  const id = await put(item());
  expect(await at(START + after)).toEqual(expected === 'work' ? [`work ${id}`] : []);
  await settle(id);
});

test('rings again for the same version after growing pauses, and at once for a new one', async () => {
  const id = await put(decided(offered(), approveBy(ALICE)));
  const first = START + T.ringAfterMs;
  expect(await at(first)).toEqual([`work ${id}`]);
  expect(await at(first + T.rungBackoffMs - 1)).toEqual([]);
  const second = first + T.rungBackoffMs;
  expect(await at(second)).toEqual([`work ${id}`]);
  expect(await at(second + 2 * T.rungBackoffMs - 1)).toEqual([]);
  expect(await at(second + 2 * T.rungBackoffMs)).toEqual([`work ${id}`]);
  expect((await read(id)).rung).toMatchObject({ n: 2 });
  await settle(id);
});

test('what nobody said in time is rung for at the notifier, and the item is left to it', async () => {
  const id = await put(offered(), false);
  const before = await read(id);
  expect(await at(START + T.sayAfterMs - 1)).toEqual([]);
  expect(await at(START + T.sayAfterMs)).toEqual([`notify ${id}`]);
  expect((await read(id)).version).toBe(before.version);
  await settle(id);
});

test('what nobody decided in time expires once, even where two ticks look at the same moment', async () => {
  const id = await put(offered());
  now = START + WEEK;
  await Promise.all([tick(deps()), tick(deps())]);
  const item = await read(id);
  expect(item.images['1']?.state).toBe('expired');
  expect(item.state).toBe('finished');
  expect(item.events.filter(({ type }) => type === 'expired')).toHaveLength(1);
  expect(await at(now + T.sayAfterMs)).toEqual([`notify ${id}`]);
  await settle(id);
});

test('a reminder that two ticks find due at the same moment is said once', async () => {
  const item = offered();
  const image = item.images['1'];
  if (!image) throw new Error('no image');
  const reminders = [{ as: 'reminder', at: START + HOUR }] as const;
  const id = await put({ ...item, images: { '1': { ...image, reminders } } });
  now = START + HOUR;
  await Promise.all([tick(deps()), tick(deps())]);
  expect((await read(id)).events.filter(({ type }) => type === 'reminded')).toHaveLength(1);
  await settle(id);
});

test('two ticks at once ring at most twice and leave one note of it', async () => {
  const id = await put(decided(offered(), approveBy(ALICE)));
  now = START + T.ringAfterMs;
  await Promise.all([tick(deps()), tick(deps())]);
  expect(rung.length).toBeGreaterThanOrEqual(1);
  expect(new Set(rung)).toEqual(new Set([`work ${id}`]));
  expect((await read(id)).rung).toMatchObject({ n: 0 });
  expect(await at(now + T.rungBackoffMs - 1)).toEqual([]);
  await settle(id);
});

test('what is settled and said leaves the index', async () => {
  const id = await put(decided(waitingForScan(), { kind: 'scanned', scans: { '1': foundScan } }));
  expect((await read(id)).dueAt).toBeUndefined();
  expect(await requests.findDue(START + 10 * WEEK, 10)).not.toContain(id);
});

test('an index that lags behind does no harm: the item decides', async () => {
  const item = decided(waitingForScan(), { kind: 'scanned', scans: { '1': foundScan } });
  count += 1;
  const id = `M-T${String(count).padStart(3, '0')}`;
  const told = { ...item.notifier, cursor: { event: item.events.length, delivery: 0 } };
  await requests.put({ ...item, id, notifier: told, dueAt: START });
  const before = (await read(id)).version;
  expect(await at(START + 1)).toEqual([]);
  const after = await read(id);
  expect([after.version, after.dueAt]).toEqual([before, undefined]);
});

test('one request that cannot be read does not keep the others waiting', async () => {
  const broken = await put(sampleRequest());
  const id = await put(sampleRequest());
  const choosy: RequestStore = {
    ...requests,
    get: (wanted) => (wanted === broken ? Promise.reject(new Error('no answer')) : requests.get(wanted)),
  };
  now = START + T.ringAfterMs;
  await tick({ ...deps(), requests: choosy });
  expect(rung).toEqual([`work ${id}`]);
  expect(warnings).toContain('a request could not be looked at');
  await settle(id);
  await settle(broken);
});
