import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Finder, finder, OPEN_MAX } from '../../../core/store/finder.ts';
import { type HomeStore, homeStore } from '../../../core/store/homes.ts';
import { requestStore } from '../../../core/store/items.ts';
import { targetStore } from '../../../core/store/rows.ts';
import type { RequestStore, TargetStore } from '../../../core/store/store.ts';
import { requestKey } from '../../../core/store/table.ts';
import { ID_MIN_LETTERS, requestId, triggerHash } from '../../../core/request/id.ts';
import { newRequest } from '../../../core/request/new-request.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import { sampleDigest, sampleRequest, sampleTarget, START } from '../request/sample-request.ts';
import { type LocalTable, openLocalTable } from './local-table.ts';

let table: LocalTable;
let found: Finder;
let requests: RequestStore;
let targets: TargetStore;
let homes: HomeStore;

beforeAll(async () => {
  table = await openLocalTable();
  found = finder(table.dynamo);
  requests = requestStore(table.dynamo);
  targets = targetStore(table.dynamo);
  homes = homeStore(table.dynamo);
});
afterAll(async () => {
  await table.close();
});

/** A request of this person in this workspace, made at this minute. */
async function put(workspace: string, user: string, minute: number): Promise<RequestItem> {
  const hash = triggerHash(`${workspace}/${user}/${minute}`);
  const item = newRequest({
    id: requestId(hash, ID_MIN_LETTERS + 4),
    hash,
    workspace,
    requester: user,
    channel: 'C01IMAGEREQ',
    team: 'default',
    entries: sampleRequest(1).entries,
    now: START + minute * 60_000,
    timing: DEFAULT_TIMING,
  });
  await requests.put(item);
  return item;
}

describe("a person's requests", () => {
  test('come newest first, page by page, and nobody else’s with them', async () => {
    const mine = [];
    for (const minute of [0, 1, 2, 3, 4]) mine.push((await put('T1', 'U1', minute)).id);
    await put('T1', 'U2', 5);
    await put('T2', 'U1', 6);
    const first = await found.ofRequester({ workspace: 'T1', user: 'U1', limit: 2 });
    const second = await found.ofRequester({
      workspace: 'T1',
      user: 'U1',
      limit: 2,
      after: first.next ?? '',
    });
    const third = await found.ofRequester({
      workspace: 'T1',
      user: 'U1',
      limit: 2,
      after: second.next ?? '',
    });
    const ids = [first, second, third].map(({ items }) => items.map(({ id }) => id));
    expect(ids).toEqual([[mine[4], mine[3]], [mine[2], mine[1]], [mine[0]]]);
    expect(third.next).toBeUndefined();
  });

  test('of the same millisecond are not lost between two pages', async () => {
    const same = [];
    for (const n of [1, 2, 3]) {
      const hash = triggerHash(`same ${n}`);
      const item = newRequest({
        id: requestId(hash, 8),
        hash,
        workspace: 'T1',
        requester: 'USAME',
        channel: 'C01IMAGEREQ',
        team: 'default',
        entries: sampleRequest(1).entries,
        now: START,
        timing: DEFAULT_TIMING,
      });
      await requests.put(item);
      same.push(item.id);
    }
    const seen: string[] = [];
    for (let after: string | undefined, page = 0; page < 5; page += 1) {
      const answer = await found.ofRequester({
        workspace: 'T1',
        user: 'USAME',
        limit: 1,
        ...(after !== undefined && { after }),
      });
      seen.push(...answer.items.map(({ id }) => id));
      after = answer.next;
      if (after === undefined) break;
    }
    expect(seen.toSorted()).toEqual(same.toSorted());
  });

  test('begin anew where the cursor is none', async () => {
    const first = await found.ofRequester({ workspace: 'T1', user: 'U1', limit: 1 });
    const again = await found.ofRequester({ workspace: 'T1', user: 'U1', limit: 1, after: '../etc/passwd' });
    expect(again.items.map(({ id }) => id)).toEqual(first.items.map(({ id }) => id));
  });
});

describe('what is open', () => {
  test('comes soonest first, of one workspace, and without what is over', async () => {
    const a = await put('TOPEN', 'U1', -30);
    const b = await put('TOPEN', 'U2', -20);
    const over = await put('TOPEN', 'U3', -10);
    await requests.park(over, { dueAt: undefined });
    const { items } = await found.open('TOPEN');
    expect(items.map(({ id }) => id)).toEqual([a.id, b.id]);
  });

  test('is read up to a limit, and says that there is more', async () => {
    for (let n = 0; n < OPEN_MAX + 5; n += 1) await put('TMANY', 'U1', -1_000 - n);
    const { items, more } = await found.open('TMANY');
    expect(items).toHaveLength(OPEN_MAX);
    expect(more).toBe(true);
  });
});

describe('requests by their ids', () => {
  test('come in the order asked for, without those that cannot be read here', async () => {
    const a = await put('T3', 'U1', 0);
    const b = await put('T3', 'U1', 1);
    const broken = { ...requestKey('M-BR0K'), v: 1, id: 'M-BR0K' };
    const newer = { ...requestKey('M-NEWR'), v: 99, id: 'M-NEWR' };
    for (const Item of [broken, newer]) {
      await table.dynamo.client.send(new PutCommand({ TableName: 'mirror', Item }));
    }
    const items = await found.get([b.id, 'M-BR0K', 'M-N0NE', a.id, 'M-NEWR']);
    expect(items.map(({ id }) => id)).toEqual([b.id, a.id]);
  });

  test('of nobody are nothing', async () => {
    expect(await found.get([])).toEqual([]);
  });
});

describe('a repository', () => {
  const current = (request: string, copiedAt: number) => ({
    sourceDigest: sampleDigest('source'),
    targetDigest: sampleDigest(request),
    request,
    copiedAt,
  });

  test('tells what came into it, newest first, and of one tag where one is named', async () => {
    const one = { ...sampleTarget('base-images/told'), tag: '1.21' };
    const other = { ...one, tag: '1.21-alpine' };
    await targets.setCurrent(one, current('M-AAAA', START));
    await targets.setCurrent(other, current('M-BBBB', START + 1));
    await targets.setCurrent(one, current('M-CCCC', START + 2));
    const all = await found.history(one);
    expect((await found.history({ ...one, tag: '1.21' })).rows.map(({ request }) => request)).toEqual([
      'M-CCCC',
      'M-AAAA',
    ]);
    const { tag: _, ...repository } = one;
    expect((await found.history(repository)).rows.map(({ tag, request }) => [tag, request])).toEqual([
      ['1.21', 'M-CCCC'],
      ['1.21-alpine', 'M-BBBB'],
      ['1.21', 'M-AAAA'],
    ]);
    expect(all.more).toBe(false);
  });

  test('tells what stands under each tag, and who is about to write it', async () => {
    const one = { ...sampleTarget('base-images/stands'), tag: '1.21' };
    const other = { ...one, tag: '1.21-alpine' };
    const open = { request: 'M-DDDD', image: '1', digest: sampleDigest('new') };
    await targets.setCurrent(one, current('M-AAAA', START));
    await targets.take(other, 0, open);
    const { tag: _, ...repository } = one;
    const { rows } = await found.standing(repository);
    expect(rows.map(({ tag, current: has, open: wants }) => [tag, has?.request, wants?.request])).toEqual([
      ['1.21-alpine', undefined, 'M-DDDD'],
      ['1.21', 'M-AAAA', undefined],
    ]);
    expect((await found.standing(one)).rows.map(({ tag }) => tag)).toEqual(['1.21']);
  });

  test('one tag is found among however many that begin like it', async () => {
    const one = { ...sampleTarget('base-images/crowded'), tag: '1.2' };
    const open = { request: 'M-DDDD', image: '1', digest: sampleDigest('new') };
    const longer = Array.from({ length: 301 }, (_, n) => ({ ...one, tag: `1.2${n}` }));
    await Promise.all([one, ...longer].map((target) => targets.take(target, 0, open)));
    const { rows, more } = await found.standing(one);
    expect([rows.map(({ tag }) => tag), more]).toEqual([['1.2'], false]);
  });

  test('that nothing came into is empty', async () => {
    const { tag: _, ...repository } = sampleTarget('base-images/empty');
    expect(await found.history(repository)).toEqual({ rows: [], more: false });
    expect(await found.standing(repository)).toEqual({ rows: [], more: false });
  });
});

test('whoever has lately opened the Home tab is known, and only of that workspace', async () => {
  await homes.opened('T1', 'U1', START);
  await homes.opened('T1', 'U2', START + 60_000);
  await homes.opened('T2', 'U3', START + 60_000);
  expect(await homes.openSince('T1', START + 1)).toEqual(['U2']);
  await homes.opened('T1', 'U1', START + 120_000);
  expect((await homes.openSince('T1', START + 1)).toSorted()).toEqual(['U1', 'U2']);
});
