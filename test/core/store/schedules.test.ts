import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseReference } from '../../../core/oci/reference.ts';
import { workspaceOf } from '../../../core/store/bot-health.ts';
import { type ScheduleStore, scheduleStore } from '../../../core/store/schedules.ts';
import { type Tracked, type TrackedStore, trackedStore } from '../../../core/store/tracked.ts';
import { seenStore } from '../../../core/store/upstream.ts';
import { sampleDigest, sampleSource, sampleTarget, START } from '../request/sample-request.ts';
import { type LocalTable, openLocalTable } from './local-table.ts';

let table: LocalTable;
let schedules: ScheduleStore;
let tracked: TrackedStore;
beforeAll(async () => {
  table = await openLocalTable();
  schedules = scheduleStore(table.dynamo);
  tracked = trackedStore(table.dynamo);
});
afterAll(() => table.close());

describe('the row of a schedule', () => {
  test('is written by one of many, on the version that was read', async () => {
    const first = { since: START, lastSlot: START };
    const won = await Promise.all(Array.from({ length: 5 }, () => schedules.write('one', 0, first)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await schedules.get('one')).toEqual({ version: 1, ...first });
    expect([await schedules.write('one', 0, first), await schedules.write('one', 1, first)]).toEqual([
      false,
      true,
    ]);
  });

  test('forgets what the next one does not say', async () => {
    const run = { id: 'M-7F3K', slot: START };
    await schedules.write('two', 0, {
      since: START,
      lastSlot: START,
      run,
      againAt: START + 1,
      lastGoodAt: START,
    });
    await schedules.write('two', 1, { since: START, lastSlot: START + 2, run });
    expect(await schedules.get('two')).toEqual({ version: 2, since: START, lastSlot: START + 2, run });
  });
});

describe('what is tracked', () => {
  const of = (repository: string, more: Partial<Tracked> = {}): Tracked => ({
    source: sampleSource(),
    target: sampleTarget(repository),
    since: START,
    ...more,
  });
  const place = { account: '123456789012', region: 'eu-central-1' };

  test('begins once: what somebody said of it stands', async () => {
    expect(await tracked.begin(of('begin/nginx', { by: 'U0ALICE' }))).toBe(true);
    await tracked.put(of('begin/nginx', { by: 'U0BOB', off: true }));
    expect(await tracked.begin(of('begin/nginx', { by: 'U0CAROL' }))).toBe(false);
    expect(await tracked.get(sampleTarget('begin/nginx'))).toEqual(
      of('begin/nginx', { by: 'U0BOB', off: true }),
    );
  });

  test('is listed below a prefix of paths, not of letters, and only of its registry', async () => {
    for (const name of ['list/nginx', 'list/web/app', 'list', 'lists/other']) await tracked.put(of(name));
    await tracked.put({
      ...of('list/abroad'),
      target: { ...sampleTarget('list/abroad'), region: 'us-east-1' },
    });
    const names = async (prefix: string) =>
      (await tracked.list(place, prefix)).map(({ target }) => target.repository);
    expect(await names('list')).toEqual(['list/nginx', 'list/web/app', 'list']);
    expect(await names('list/')).toEqual(['list/nginx', 'list/web/app', 'list']);
    expect(await names('list/web')).toEqual(['list/web/app']);
  });

  test('remembers what was told of it, and makes no row of its own for that', async () => {
    await tracked.put(of('told/nginx'));
    await tracked.setTold(sampleTarget('told/nginx'), ['gone']);
    await tracked.setTold(sampleTarget('told/nobody'), ['gone']);
    expect((await tracked.get(sampleTarget('told/nginx')))?.told).toEqual(['gone']);
    expect(await tracked.get(sampleTarget('told/nobody'))).toBeUndefined();
  });
});

test('the digests that were seen under one tag are listed with when, and those of a longer tag are not among them', async () => {
  const seen = seenStore(table.dynamo);
  const source = sampleSource('redis:7');
  const longer = parseReference('redis:7-alpine');
  if (!longer.ok) throw new Error('a bad name');
  const note = (of: typeof source, name: string, at: number) =>
    seen.note({ source: of, digest: sampleDigest(name), request: 'M-7F3K', at });
  await note(source, 'one', START);
  await note(source, 'two', START + 1);
  await note(source, 'one', START + 2);
  await note(longer.reference, 'three', START);
  const listed = await seen.digests(source);
  expect(new Map(listed.map(({ digest, since }) => [digest, since]))).toEqual(
    new Map([
      [sampleDigest('one'), START],
      [sampleDigest('two'), START + 1],
    ]),
  );
});

test('the workspace is asked for until it is known, and then no more', async () => {
  const answers = [undefined, { at: START, workspace: 'T0WORK' }, undefined];
  let asked = 0;
  const nothing = { scopes: { granted: [], missing: [] }, channels: [], groups: [], people: [] };
  const workspace = workspaceOf({
    get: async () => {
      const answer = answers[asked];
      asked += 1;
      return answer && { ...answer, ...nothing };
    },
  });
  expect([await workspace(), await workspace(), await workspace(), asked]).toEqual([
    undefined,
    'T0WORK',
    'T0WORK',
    2,
  ]);
});
