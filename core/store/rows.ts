import { gunzipSync, gzipSync } from 'node:zlib';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type Digest, isDigest } from '../oci/digest.ts';
import { type Dynamo, guarded } from './dynamo.ts';
import type { Target } from '../request/image.ts';
import type { BytesStore, FindingsStore, NewestTag, TargetRow, TargetStore } from './store.ts';
import { bytesKey, historyKey, type Key, scanKey, TABLE, targetKey, targetPartition } from './table.ts';
import { newUpdate } from './update.ts';

/** Rows beside the requests: projections that can be made again, and the target rows. */
const DAY_SECONDS = 86_400;
export const TAG_PREFIX = 'TAG#';
/** A row holds at most 400 KB (DynamoDB quota); what is above this is fetched again instead. */
export const ROW_MAX_BYTES = 350_000;

export function targetStore(dynamo: Dynamo): TargetStore {
  const { client, table } = dynamo;
  return {
    get: (target) => readTarget(dynamo, targetKey(target)),
    take: (target, readVersion, open) => {
      const change = newUpdate()
        .set(['version'], readVersion + 1)
        .set(['open'], open);
      if (readVersion === 0) change.absent(['version']);
      else change.condition(['version'], '=', readVersion);
      return guarded('take target', () =>
        client.send(new UpdateCommand({ TableName: table, Key: targetKey(target), ...change.build() })),
      );
    },
    newest: async (repository) => {
      const rows: NewestTag[] = [];
      const query = new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :tag)',
        ExpressionAttributeNames: { '#pk': TABLE.partitionKey, '#sk': TABLE.sortKey },
        ExpressionAttributeValues: { ':pk': targetPartition(repository), ':tag': TAG_PREFIX },
      });
      // One page, which is thousands of tags: it is told beside the rest, and nothing depends on it.
      const { Items } = await dynamo.read('get newest tag', () => client.send(query));
      for (const item of Items ?? []) {
        const { current } = v.parse(targetRow, item);
        if (current) rows.push({ tag: String(item[TABLE.sortKey]).slice(TAG_PREFIX.length), current });
      }
      return rows.sort((a, b) => b.current.copiedAt - a.current.copiedAt)[0];
    },
    setCurrent: async (target, current) => {
      const history = { ...historyKey(target, current.copiedAt, current.request), ...current };
      await putRow(dynamo, history);
      await setCurrent(dynamo, target, current);
    },
    setAlso: (target, current) => setCurrent(dynamo, target, current),
  };
}

/** What stands under one tag; undefined = nothing was ever written there. */
export async function readTarget({ client, table, read }: Dynamo, key: Key): Promise<TargetRow | undefined> {
  const get = new GetCommand({ TableName: table, Key: key, ConsistentRead: true });
  const { Item } = await read('get target', () => client.send(get));
  return Item === undefined ? undefined : targetRowOf(Item);
}

async function setCurrent(
  { client, table }: Dynamo,
  target: Target,
  current: NonNullable<TargetRow['current']>,
): Promise<void> {
  // False = a newer copy is recorded already; it stays.
  await guarded('set current', () =>
    client.send(
      new UpdateCommand({
        TableName: table,
        Key: targetKey(target),
        UpdateExpression: 'SET #current = :current ADD #version :one',
        ConditionExpression: 'attribute_not_exists(#current) OR #current.#at <= :at',
        ExpressionAttributeNames: { '#current': 'current', '#at': 'copiedAt', '#version': 'version' },
        ExpressionAttributeValues: { ':current': current, ':at': current.copiedAt, ':one': 1 },
      }),
    ),
  );
}

export function bytesStore(dynamo: Dynamo, now: () => number): BytesStore {
  return {
    get: async (digest) => {
      const row = await getRow(dynamo, bytesKey(digest));
      const bytes = row?.['bytes'];
      const mediaType = row?.['mediaType'];
      if (!(bytes instanceof Uint8Array) || typeof mediaType !== 'string') return undefined;
      return { bytes, mediaType };
    },
    put: async (digest, { bytes, mediaType }) => {
      if (bytes.byteLength > ROW_MAX_BYTES) return;
      const ttl = Math.floor(now() / 1000) + 30 * DAY_SECONDS;
      await putRow(dynamo, { ...bytesKey(digest), bytes, mediaType, ttl });
    },
  };
}

export function findingsStore(dynamo: Dynamo): FindingsStore {
  return {
    put: async (request, digest, findings) => {
      const bytes = gzipSync(JSON.stringify(findings));
      if (bytes.byteLength > ROW_MAX_BYTES) return;
      await putRow(dynamo, { ...scanKey(request, digest), bytes });
    },
    get: async (request, digest) => {
      const bytes = (await getRow(dynamo, scanKey(request, digest)))?.['bytes'];
      return bytes instanceof Uint8Array ? JSON.parse(gunzipSync(bytes).toString('utf8')) : undefined;
    },
  };
}

async function getRow(
  { client, table, read }: Dynamo,
  key: Key,
): Promise<Record<string, unknown> | undefined> {
  const get = new GetCommand({ TableName: table, Key: key, ConsistentRead: true });
  return (await read('get row', () => client.send(get))).Item;
}

async function putRow({ client, table, read }: Dynamo, row: Key & Record<string, unknown>): Promise<void> {
  await read('put row', () => client.send(new PutCommand({ TableName: table, Item: row })));
}

export const digest = v.custom<Digest>((text) => typeof text === 'string' && isDigest(text), 'a digest');
const targetRow = v.object({
  version: v.number(),
  current: v.exactOptional(
    v.object({
      tag: v.exactOptional(v.string()),
      sourceDigest: digest,
      targetDigest: digest,
      request: v.string(),
      copiedAt: v.number(),
    }),
  ),
  open: v.exactOptional(
    v.object({ request: v.string(), image: v.string(), digest, sourceDigest: v.exactOptional(digest) }),
  ),
});

/** Throws on a row that is none. */
export const targetRowOf = (row: unknown): TargetRow => v.parse(targetRow, row);
