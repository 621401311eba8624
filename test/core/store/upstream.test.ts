import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { budgetKey, quotaKey } from '../../../core/store/table.ts';
import { pullBudgetStore, quotaStore, seenStore } from '../../../core/store/upstream.ts';
import { START } from '../request/sample-request.ts';
import { type LocalTable, openLocalTable } from './local-table.ts';
import { upstreamContract } from './upstream-contract.ts';

let table: LocalTable;
beforeAll(async () => {
  table = await openLocalTable();
});
afterAll(async () => {
  await table.close();
});

upstreamContract(() => ({
  budgets: pullBudgetStore(table.dynamo),
  quotas: quotaStore(table.dynamo),
  seen: seenStore(table.dynamo),
}));

test('both go by themselves: a budget after its window, a quota a day after its hour at most', async () => {
  const hourStart = START - (START % 3_600_000);
  await pullBudgetStore(table.dynamo).put('ghcr.io', 'ann', { windowSeconds: 600, seenAt: START });
  await quotaStore(table.dynamo).takeLookups({
    workspace: 'T9',
    user: 'U9',
    hourStart,
    request: 'M-1',
    images: 1,
    max: 1,
  });
  const ttlOf = async (Key: ReturnType<typeof budgetKey>): Promise<unknown> => {
    const { Item } = await table.dynamo.client.send(new GetCommand({ TableName: 'mirror', Key }));
    return Item?.['ttl'];
  };
  expect(await ttlOf(budgetKey('ghcr.io', 'ann'))).toBe(Math.ceil(START / 1_000) + 600);
  expect(await ttlOf(quotaKey('T9', 'U9', hourStart))).toBe(hourStart / 1_000 + 7_200);
});
