import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type Dynamo, guarded } from './dynamo.ts';
import type { PullBudgetStore, QuotaStore } from './store.ts';
import { budgetKey, quotaKey } from './table.ts';

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

export function quotaStore({ client, table }: Dynamo): QuotaStore {
  return {
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

const budgetRow = v.object({
  limit: v.exactOptional(v.number()),
  remaining: v.exactOptional(v.number()),
  windowSeconds: v.exactOptional(v.number()),
  seenAt: v.number(),
});
