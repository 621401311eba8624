import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Input } from '../../../core/request/input.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { openDynamo } from '../../../core/store/dynamo.ts';
import { requestStore } from '../../../core/store/items.ts';
import { parseItem } from '../../../core/store/parse-item.ts';
import { type RequestStore, StoreError } from '../../../core/store/store.ts';
import { OPEN_BUCKETS, openBucket, requestKey } from '../../../core/store/table.ts';
import { EXPRESSION_MAX_BYTES, newUpdate } from '../../../core/store/update.ts';
import {
  ALICE,
  approveBy,
  decided,
  foundScan,
  offer,
  offered,
  OTTO,
  resolvedAs,
  sampleDigest,
  sampleRequest,
} from '../request/sample-request.ts';
import { type LocalTable, openLocalTable } from './local-table.ts';
import { requestStoreContract } from './request-store-contract.ts';

let table: LocalTable;
let store: RequestStore;

beforeAll(async () => {
  table = await openLocalTable();
  store = requestStore(table.dynamo);
});
afterAll(async () => {
  await table.close();
});

describe('requests in DynamoDB', () => {
  requestStoreContract(() => store);
});

const putRow = (row: Record<string, unknown>) =>
  table.dynamo.client.send(new PutCommand({ TableName: 'mirror', Item: row }));

describe('rows of other hands', () => {
  const item = { ...offered(), id: 'M-HANDS' };

  test('of a newer shape are left alone', async () => {
    await putRow({ ...requestKey('M-NEWER'), ...item, v: 2, state: 'a state of tomorrow' });
    expect(await store.get('M-NEWER')).toBeUndefined();
  });

  test('that are broken throw, with the place: nothing may be decided on them', async () => {
    await putRow({ ...requestKey('M-BROKEN'), ...item, images: { '1': { state: 7, approvals: [] } } });
    await expect(store.get('M-BROKEN')).rejects.toThrow(/broken request item at images\.1\.state/);
    await expect(store.get('M-BROKEN')).rejects.not.toBeInstanceOf(StoreError);
  });

  test.each<[string, string, unknown]>([
    ['no row', 'undefined', undefined],
    ['the present shape', 'an item', item],
    ['a newer shape, however odd,', 'undefined', { v: 2 }],
    ['no shape', 'broken request item at v', {}],
    ['a text', 'broken request item at top', 'text'],
    ['a state nobody knows', 'broken request item at state', { ...item, state: 'new' }],
    [
      'a cursor without a place',
      'broken request item at notifier.cursor',
      { ...item, notifier: { rev: 0, cursor: {} } },
    ],
    [
      'a lease without a fence',
      'broken request item at work.1.fence',
      { ...item, work: { '1': { owner: 'a', until: 0 } } },
    ],
  ])('%s is read as %s', (_, expected, row) => {
    const read = () => (parseItem(row) === undefined ? 'undefined' : 'an item');
    if (expected.startsWith('broken')) expect(read).toThrow(expected);
    else expect(read()).toBe(expected);
  });

  test('attributes of an image that this version does not know survive its writes', async () => {
    await store.put(item);
    await table.dynamo.client.send(
      new UpdateCommand({
        TableName: 'mirror',
        Key: requestKey(item.id),
        UpdateExpression: 'SET #i.#one.#new = :x, #top = :x',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: {
          '#i': 'images',
          '#one': '1',
          '#new': 'ofTomorrow',
          '#top': 'topOfTomorrow',
        },
        ExpressionAttributeValues: { ':x': 'kept' },
      }),
    );
    const read = await store.get(item.id);
    if (!read) throw new Error('gone');
    expect(await store.write(read, decided(read, approveBy(ALICE)))).toBe(true);
    const now = await store.get(item.id);
    expect(now?.images['1']).toMatchObject({ state: 'queued', ofTomorrow: 'kept' });
    expect(now).toMatchObject({ topOfTomorrow: 'kept' });
  });
});

test('a store that does not answer is a StoreError, never a no', async () => {
  const dynamo = openDynamo('mirror', {
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const gone = requestStore(dynamo);
  const item = offered();
  await expect(gone.get('M-7F3K')).rejects.toBeInstanceOf(StoreError);
  await expect(gone.put(item)).rejects.toBeInstanceOf(StoreError);
  await expect(gone.write(item, decided(item, approveBy(ALICE)))).rejects.toBeInstanceOf(StoreError);
  await expect(gone.findDue(0, 1)).rejects.toBeInstanceOf(StoreError);
  dynamo.client.destroy();
});

describe('25 images', () => {
  const ids = Array.from({ length: 25 }, (_, n) => String(n + 1));
  const PLATFORMS = 12;
  const long = `registry.example.com:5000/${'deep/'.repeat(20)}application`;

  /** Everything at its largest: long names, twelve platforms, top findings, two approvals with groups. */
  function large(): RequestItem {
    const item = sampleRequest(25);
    const entries = Object.fromEntries(
      Object.entries(item.entries).map(([id, entry]) => [
        id,
        {
          ...entry,
          source: { registry: 'registry.example.com:5000', repository: long, tag: 't'.repeat(128) },
        },
      ]),
    );
    const outcome = offer({ approvals: 2, approvers: { users: [ALICE, 'U0CAROL'], userGroups: [] } });
    if (outcome.kind !== 'offer') throw new Error('an offer');
    const platforms = Array.from({ length: PLATFORMS }, (_, n) => ({
      platform: { os: 'linux', architecture: 'arm', variant: `v${n}` },
      digest: sampleDigest(`platform ${n}`),
      sizeBytes: 123_456_789,
    }));
    const outcomes = Object.fromEntries(
      ids.map((id) => [id, { ...outcome, facts: { ...outcome.facts, platforms } }]),
    );
    const group = { id: 'S0123456789', changedAt: Date.now(), changedBy: 'U0123456789' };
    const groups = Object.fromEntries(ids.map((id) => [id, group]));
    return decided(
      { ...item, entries },
      { kind: 'claimResolve', owner: 'resolver' },
      resolvedAs(outcomes),
      { kind: 'approve', by: ALICE, images: ids, groups, configHash: 'c0ffee123456' },
      { kind: 'approve', by: 'U0CAROL', images: ids, groups, configHash: 'c0ffee123456' },
    );
  }
  const all = (of: (image: string) => Input): readonly Input[] => ids.map(of);
  const top = Array.from({ length: 5 }, (_, n) => ({
    id: `CVE-2024-1234${n}`,
    severity: 'CRITICAL' as const,
    package: 'libsomething-common-bin',
    version: '1:2.3.4-5+deb12u6',
    fixedIn: '1:2.3.4-5+deb12u7',
  }));
  const findings = {
    ...foundScan.findings,
    top,
    platforms: Array.from({ length: PLATFORMS }, (_, n) => `linux/arm/v${n}`),
  };

  const copying = decided(
    large(),
    ...all((image) => ({ kind: 'claim', image, owner: `0123456789abcdef${image}` })),
  );

  test('fit in one write, each expression below 4 KB, when all are cancelled at once', async () => {
    const item = { ...copying, id: 'M-LARGE' };
    await store.put(item);
    const sizes: number[] = [];
    const { client } = table.dynamo;
    client.middlewareStack.add(
      (next) => (args) => {
        for (const name of ['UpdateExpression', 'ConditionExpression']) {
          const text = Object.entries(args.input).find(([key]) => key === name)?.[1];
          if (typeof text === 'string') sizes.push(Buffer.byteLength(text));
        }
        return next(args);
      },
      { step: 'initialize', name: 'sizes' },
    );
    const next = decided(item, { kind: 'cancel', by: OTTO });
    expect(await store.write(item, next)).toBe(true);
    client.middlewareStack.remove('sizes');
    expect(sizes).toHaveLength(2);
    expect(Math.max(...sizes)).toBeGreaterThan(500);
    expect(Math.max(...sizes)).toBeLessThan(EXPRESSION_MAX_BYTES);
    expect((await store.get('M-LARGE'))?.images).toEqual(next.images);
  });

  test('stay below 200 KB through a whole life', () => {
    const done = decided(
      copying,
      ...all((image) => ({ kind: 'tagging', image, owner: `0123456789abcdef${image}`, fence: 1 })),
      ...all((image) => ({
        kind: 'copied',
        image,
        owner: `0123456789abcdef${image}`,
        fence: 1,
        repositoryUri: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/app${image}`,
        result: {
          copiedAt: Date.now(),
          tookMs: 123_456,
          copiedBytes: 1_234_567_890,
          presentBytes: 1_234_567_890,
          pulls: 12,
          attestations: 12,
          createdRepository: true,
        },
      })),
      { kind: 'scanned', scans: Object.fromEntries(ids.map((id) => [id, { as: 'found', findings }])) },
    );
    expect(done.state).toBe('finished');
    const bytes = Buffer.byteLength(JSON.stringify(done));
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(200_000);
  });
});

describe('an expression', () => {
  test('names and values are aliased, and each name once', () => {
    const parts = newUpdate()
      .condition(['version'], '=', 1)
      .set(['images', '1'], { state: 'copied' })
      .append(['events'], [1])
      .remove(['dueAt'])
      .absent(['work', '1'])
      .build();
    expect(parts).toEqual({
      UpdateExpression: 'SET #n1.#n2 = :v1, #n3 = list_append(#n3, :v2) REMOVE #n4',
      ConditionExpression: '#n0 = :v0 AND attribute_not_exists(#n5.#n2)',
      ExpressionAttributeNames: {
        '#n0': 'version',
        '#n1': 'images',
        '#n2': '1',
        '#n3': 'events',
        '#n4': 'dueAt',
        '#n5': 'work',
      },
      ExpressionAttributeValues: { ':v0': 1, ':v1': { state: 'copied' }, ':v2': [1] },
    });
  });

  test('without a condition is refused: it would make a ghost', () => {
    expect(() => newUpdate().set(['a'], 1).build()).toThrow('without a condition');
  });

  test('above 4 KB is refused: AWS would, the stand-in would not', () => {
    const update = newUpdate().condition(['version'], '=', 1);
    for (let n = 0; n < 400; n += 1) update.set(['images', String(n)], n);
    expect(() => update.build()).toThrow('above 4 KB');
  });
});

test('ids spread over all partitions of the open index, each in the same one for ever', () => {
  const buckets = Array.from({ length: 400 }, (_, n) =>
    openBucket(`M-${n.toString(32).toUpperCase().padStart(4, '0')}`),
  );
  for (const bucket of OPEN_BUCKETS) {
    const share = buckets.filter((one) => one === bucket).length;
    expect(share).toBeGreaterThan(60);
    expect(share).toBeLessThan(140);
  }
  expect(['M-7F3K', 'M-0000', 'M-ZZZZ'].map(openBucket)).toEqual(['0', '3', '3']);
});
