import { readdirSync, readFileSync } from 'node:fs';
import { PutCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderCard } from '../../../bot/messages/card.ts';
import { parseDoorbell } from '../../../core/queue/doorbell.ts';
import { brokenLink } from '../../../core/request/event.ts';
import { nextDelivery } from '../../../core/request/deliveries.ts';
import { due } from '../../../core/request/due.ts';
import { ITEM_VERSION, type RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import { changer } from '../../../core/store/change.ts';
import { requestStore } from '../../../core/store/items.ts';
import { requestKey } from '../../../core/store/table.ts';
import { tick } from '../../../worker/tick/tick.ts';
import { START } from '../request/sample-request.ts';
import { type LocalTable, openLocalTable } from './local-table.ts';

/**
 * Rows and messages as a version wrote them, kept for ever: a process that is newer has to read them, and one that is
 * older has to leave those of a newer one alone. A new shape gets new files; these are not changed.
 */
const FOLDER = new URL('recorded/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
const recorded = readdirSync(FOLDER)
  .filter((name) => name.startsWith('item-'))
  .map((name): [string, Record<string, unknown>] => [name.replace('.json', ''), Object(read(name))]);

let table: LocalTable;
beforeAll(async () => {
  table = await openLocalTable();
});
afterAll(() => table.close());

const NOW = START + 3_600_000;
const put = async (row: Record<string, unknown>): Promise<void> => {
  const { client, table: TableName } = table.dynamo;
  await client.send(new PutCommand({ TableName, Item: row }));
};
const stored = async (id: unknown): Promise<unknown> => {
  const { client, table: TableName } = table.dynamo;
  return (await client.send(new GetCommand({ TableName, Key: requestKey(String(id)) }))).Item;
};
const open = () => {
  const requests = requestStore(table.dynamo);
  const change = changer({
    requests,
    timing: DEFAULT_TIMING,
    now: () => NOW,
    random: Math.random,
    sleep: async () => {},
  });
  return { requests, change };
};
async function itemOf(row: Record<string, unknown>): Promise<RequestItem> {
  await put(row);
  const item = await open().requests.get(String(row['id']));
  if (!item) throw new Error('it was not read');
  return item;
}

test('this version has recorded rows, in every state of a request', () => {
  const mine = recorded.filter(([, row]) => row['v'] === ITEM_VERSION);
  const states = new Set(mine.map(([, { state }]) => state));
  expect([...states].toSorted()).toEqual(['finished', 'pending', 'refused', 'resolving', 'running']);
});

describe.each(recorded)('%s', (_, row) => {
  test('is read as it was written, with its story unbroken', async () => {
    const item = await itemOf(row);
    expect(item).toMatchObject(row);
    expect(brokenLink(item.events)).toBeUndefined();
  });

  test('is told and shown: its next line, its card, when it is due', async () => {
    const item = await itemOf(row);
    expect(() => [nextDelivery(item), due(item, DEFAULT_TIMING)]).not.toThrow();
    if (item.events.some(({ type }) => type === 'offered')) {
      const card = JSON.stringify(renderCard(item));
      expect(card).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  test('keeps what an unknown version added to it, through a change of ours', async () => {
    const images = Object(row['images']);
    const more = Object.fromEntries(
      Object.entries(images).map(([id, image]) => [id, { ...Object(image), addedLater: { deep: true } }]),
    );
    await put({ ...row, images: more, addedLater: 'top' });
    const { change } = open();
    const id = String(row['id']);
    await change({ id, deadline: NOW + 5_000, input: () => ({ kind: 'cancel', by: 'U0OTTO' }) });
    const after = Object(await stored(id));
    expect(after.addedLater).toBe('top');
    for (const key of Object.keys(images)) expect(after.images[key].addedLater).toEqual({ deep: true });
  });
});

describe('an item of a newer version', () => {
  const [, sample] = recorded.find(([name]) => name === 'item-v1-running') ?? ['', {}];
  const newer = {
    ...sample,
    ...requestKey('M-NEWR'),
    id: 'M-NEWR',
    v: ITEM_VERSION + 1,
    state: 'a state of later',
    openBucket: '0',
    dueAt: 1,
  };

  test('is not read, not changed, and not overwritten', async () => {
    await put(newer);
    const { requests, change } = open();
    expect(await requests.get('M-NEWR')).toBeUndefined();
    const cancelled = await change({
      id: 'M-NEWR',
      deadline: NOW + 5_000,
      input: () => ({ kind: 'cancel', by: 'U0OTTO' }),
    });
    expect(cancelled).toEqual({ kind: 'missing' });
    const own = { ...(await itemOf(sample)), id: 'M-NEWR' };
    expect(await requests.put(own)).toBe(false);
    expect(await stored('M-NEWR')).toEqual(newer);
  });

  test('is left alone by the tick, which finds it and rings for the others', async () => {
    await put(newer);
    const rung: string[] = [];
    const ring = async (id: string): Promise<void> => {
      rung.push(id);
    };
    const { requests, change } = open();
    await put({ ...sample, dueAt: 2, openBucket: '0' });
    await tick({
      requests,
      change,
      bells: { work: ring, notify: ring },
      timing: DEFAULT_TIMING,
      now: () => NOW,
      log: () => {},
    });
    expect(rung).toContain(sample['id']);
    expect(rung).not.toContain('M-NEWR');
    expect(await stored('M-NEWR')).toEqual(newer);
  });
});

const messages = Object(read('messages.json'));
const bodies = (kind: string): readonly string[] => messages[kind];

test.each(bodies('v1'))('the message %s is a doorbell', (body) => {
  expect(parseDoorbell(body)).toMatchObject({ kind: 'doorbell' });
});
test.each(bodies('newer'))('the message %s is left for a newer process', (body) => {
  expect(parseDoorbell(body)).toEqual({ kind: 'newer' });
});
test.each(bodies('broken'))('the message %j is no doorbell, and harms nothing', (body) => {
  expect(parseDoorbell(body)).toEqual({ kind: 'broken' });
});
