import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import { nextSlot } from '../../../core/schedule/cron.ts';
import { changer } from '../../../core/store/change.ts';
import { requestStore } from '../../../core/store/items.ts';
import { scheduleStore } from '../../../core/store/schedules.ts';
import type { RequestStore } from '../../../core/store/store.ts';
import { type SchedulesDeps, tickSchedules } from '../../../worker/tick/schedules.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { HOUR, lookedInput, START } from '../../core/request/sample-request.ts';
import { type LocalTable, openLocalTable } from '../../core/store/local-table.ts';

const WEEKLY = { cron: '0 2 * * 1', timeZone: 'UTC' } as const;
const FIRST = nextSlot(WEEKLY, START) ?? 0;
const SECOND = nextSlot(WEEKLY, FIRST) ?? 0;

let table: LocalTable;
let requests: RequestStore;
beforeAll(async () => {
  table = await openLocalTable();
  requests = requestStore(table.dynamo);
});
afterAll(() => table.close());

let now = START;
let rung: string[] = [];
beforeEach(() => {
  now = START;
  rung = [];
});

/** A schedule of its own for each test, seen by the tick a week before its first slot. */
async function seenSchedule(name: string) {
  const deps = (paused: boolean): SchedulesDeps => ({
    config: sampleConfig({ paused, schedules: [{ name, ...WEEKLY, tracked: 'base-images' }] }),
    requests,
    schedules: scheduleStore(table.dynamo),
    bells: { work: async (id) => void rung.push(id), notify: async () => {} },
    workspace: async () => 'T0WORK',
    now: () => now,
    random: () => 0.5,
    log: () => {},
  });
  const tick = ({ paused = false } = {}) => tickSchedules(deps(paused));
  await tick();
  return { tick, run: async () => (await scheduleStore(table.dynamo).get(name))?.run };
}

test('ten ticks that look at the same moment begin one run, and ring for it once', async () => {
  const { run, tick } = await seenSchedule('ten');
  expect([await run(), rung]).toEqual([undefined, []]);
  now = FIRST;
  await Promise.all(Array.from({ length: 10 }, () => tick()));
  await tick();
  const begun = await run();
  expect(begun).toMatchObject({ slot: FIRST });
  expect(rung).toEqual([begun?.id]);
  expect(await requests.get(begun?.id ?? '')).toMatchObject({ schedule: { name: 'ten', slot: FIRST } });
});

test('a run that is still looking is not overtaken by the next slot, which begins once it has looked', async () => {
  const { run, tick } = await seenSchedule('slow');
  now = FIRST;
  await tick();
  const id = (await run())?.id ?? '';
  now = SECOND;
  await tick();
  expect(await run()).toEqual({ id, slot: FIRST });

  const sleep = () => Promise.resolve();
  const change = changer({ requests, timing: DEFAULT_TIMING, now: () => now, random: () => 0.5, sleep });
  const deadline = now + 10_000;
  await change({ id, deadline, input: () => ({ kind: 'claimResolve', owner: 'resolver' }) });
  await change({ id, deadline, input: () => lookedInput({}, now) });
  await tick();
  expect(await run()).toMatchObject({ slot: SECOND });
  expect(rung).toHaveLength(2);
});

test('while mirroring is paused no run begins; afterwards the one that was missed does', async () => {
  const { run, tick } = await seenSchedule('paused');
  now = FIRST;
  await tick({ paused: true });
  expect([await run(), rung]).toEqual([undefined, []]);
  now = FIRST + HOUR;
  await tick();
  expect(await run()).toMatchObject({ slot: FIRST });
  expect(rung).toHaveLength(1);
});
