import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { isDigest } from '../oci/digest.ts';
import { type Dynamo, guarded } from './dynamo.ts';
import type { PullBudgetStore, QuotaStore, SeenStore } from './store.ts';
import { budgetKey, type Key, openKey, quotaKey, seenDigestKey, seenKey, TABLE } from './table.ts';

/** Rows about what is outside and about who asks: both are counts of hours that pass, and go by themselves. */
const HOUR_MS = 3_600_000;
/** Docker Hub's window (docs.docker.com, "Docker Hub usage and limits"), where a registry names none. */
const WINDOW_SECONDS = 21_600;

export function pullBudgetStore(dynamo: Dynamo): PullBudgetStore {
  const { client, table } = dynamo;
  return {
    get: async (host, account) => {
      const get = new GetCommand({ TableName: table, Key: budgetKey(host, account) });
      const { Item } = await dynamo.read('get pull budget', () => client.send(get));
      return Item === undefined ? undefined : v.parse(budgetRow, Item);
    },
    put: async (host, account, budget) => {
      const ttl = Math.ceil(budget.seenAt / 1_000) + (budget.windowSeconds ?? WINDOW_SECONDS);
      // False = a newer answer is recorded already; it stays.
      await guarded('put pull budget', () =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...budgetKey(host, account), ...budget, ttl },
            ConditionExpression: 'attribute_not_exists(#seen) OR #seen < :seen',
            ExpressionAttributeNames: { '#seen': 'seenAt' },
            ExpressionAttributeValues: { ':seen': budget.seenAt },
          }),
        ),
      );
    },
  };
}

export function quotaStore({ client, read, table }: Dynamo): QuotaStore {
  return {
    openPlaces: async ({ of, workspace }) => {
      const get = new GetCommand({ TableName: table, Key: openKey(workspace, of), ConsistentRead: true });
      const { Item } = await read('get open places', () => client.send(get));
      return Item === undefined ? { version: 0, requests: [] } : v.parse(openRow, Item);
    },
    takeOpen: ({ of, workspace }, { requests, version }) =>
      guarded('take open place', () =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...openKey(workspace, of), version: version + 1, requests },
            ConditionExpression: version === 0 ? 'attribute_not_exists(#v)' : '#v = :v',
            ExpressionAttributeNames: { '#v': 'version' },
            ...(version > 0 && { ExpressionAttributeValues: { ':v': version } }),
          }),
        ),
      ),
    takeLookups: ({ workspace, user, hourStart, request, images, max }) => {
      const lookups = Array.from({ length: images }, (_, n) => `${request}/${n + 1}`);
      return guarded('take lookups', () =>
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: quotaKey(workspace, user, hourStart),
            UpdateExpression: 'ADD #lookups :lookups SET #ttl = :ttl',
            // The same request counts once, however often it is looked up: the set knows it.
            ConditionExpression:
              'attribute_not_exists(#lookups) OR contains(#lookups, :first) OR size(#lookups) <= :room',
            ExpressionAttributeNames: { '#lookups': 'lookups', '#ttl': 'ttl' },
            ExpressionAttributeValues: {
              ':lookups': new Set(lookups),
              ':first': lookups[0],
              ':room': max - images,
              ':ttl': (hourStart + 2 * HOUR_MS) / 1_000,
            },
          }),
        ),
      );
    },
  };
}

/** First sightings: written once, read for ever; a few hundred bytes a source and digest. */
export function seenStore({ client, read, table }: Dynamo): SeenStore {
  const first = async (key: Key, values: { readonly at: number; readonly request: string }) => {
    const update = new UpdateCommand({
      TableName: table,
      Key: key,
      UpdateExpression: 'SET #at = if_not_exists(#at, :at), #by = if_not_exists(#by, :by)',
      ExpressionAttributeNames: { '#at': 'firstAt', '#by': 'firstRequest' },
      ExpressionAttributeValues: { ':at': values.at, ':by': values.request },
      ReturnValues: 'ALL_NEW',
    });
    const { Attributes } = await read('note sighting', () => client.send(update));
    return v.parse(seenRow, Attributes);
  };
  return {
    note: async ({ at, digest, request, source }) => {
      const [repository, mine] = await Promise.all([
        first(seenKey(source), { at, request }),
        first(seenDigestKey(source, digest), { at, request }),
      ]);
      return { firstRequest: repository.firstRequest, digestSince: mine.firstAt };
    },
    digests: async (source) => {
      const prefix = seenDigestKey(source, '').sk;
      const query = new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
        ExpressionAttributeNames: { '#pk': TABLE.partitionKey, '#sk': TABLE.sortKey },
        ExpressionAttributeValues: { ':pk': seenKey(source).pk, ':prefix': prefix },
        ConsistentRead: true,
      });
      const { Items = [] } = await read('list sightings', () => client.send(query));
      return Items.flatMap((item) => {
        const digest = String(item['sk']).slice(prefix.length);
        const parsed = v.safeParse(seenRow, item);
        return isDigest(digest) && parsed.success ? [{ digest, since: parsed.output.firstAt }] : [];
      });
    },
  };
}

const seenRow = v.object({ firstAt: v.number(), firstRequest: v.string() });
const openRow = v.object({
  version: v.number(),
  requests: v.array(v.object({ id: v.string(), at: v.number() })),
});
const budgetRow = v.object({
  limit: v.exactOptional(v.number()),
  remaining: v.exactOptional(v.number()),
  windowSeconds: v.exactOptional(v.number()),
  seenAt: v.number(),
});
