import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import { type ChangeRequest, changer } from '../../../core/store/change.ts';
import { type Dynamo, openDynamo } from '../../../core/store/dynamo.ts';
import { requestStore } from '../../../core/store/items.ts';
import { ensureTable } from '../../../local/dynamodb.ts';
import { type FaultyDynamoDb, operation, startFaultyDynamoDb } from '../../bot/faulty-dynamodb.ts';
import { ALICE, approveBy, offered, START } from '../request/sample-request.ts';

/** As DynamoDB says it where a table has fewer write units than it is asked for (developer guide, error handling). */
const THROTTLED = {
  kind: 'status',
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    message: 'The level of configured provisioned throughput for the table was exceeded.',
  }),
} as const;
/** What a click may take. */
const CLICK_MS = 2_000;

let server: FaultyDynamoDb;
let dynamo: Dynamo;
beforeAll(async () => {
  server = await startFaultyDynamoDb();
  const aws = {
    endpoint: server.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    // The SDK's own patience is not what is looked at here.
    maxAttempts: 1,
  };
  const admin = new DynamoDBClient(aws);
  await ensureTable(admin, 'mirror');
  admin.destroy();
  dynamo = openDynamo('mirror', aws);
});
afterAll(async () => {
  dynamo.client.destroy();
  await server.close();
});

/** One process's changes; its clock moves only while it sleeps. */
function changes(): ChangeRequest {
  let now = START;
  return changer({
    requests: requestStore(dynamo),
    timing: DEFAULT_TIMING,
    now: () => now,
    random: () => 0.5,
    sleep: async (ms) => {
      now += ms;
    },
  });
}

test('a throttled write is made again, and the decision is one', async () => {
  const requests = requestStore(dynamo);
  const item = { ...offered(), id: 'M-THROTTLED1' };
  await requests.put(item);
  server.faults.add({ ...THROTTLED, times: 4, match: operation('UpdateItem') });
  const input = () => approveBy(ALICE, '1');
  const changed = await changes()({ id: item.id, input, deadline: START + CLICK_MS });
  expect(changed.kind).toBe('changed');
  const stored = await requests.get(item.id);
  expect(stored?.events.filter(({ type }) => type === 'approved')).toHaveLength(1);
});

test('a table that throttles for longer than a click may take leaves it unsure, and nothing half done', async () => {
  const requests = requestStore(dynamo);
  const item = { ...offered(), id: 'M-THROTTLED2' };
  await requests.put(item);
  server.faults.add({ ...THROTTLED, times: 1_000, match: operation('UpdateItem') });
  const input = () => approveBy(ALICE, '1');
  const changed = await changes()({ id: item.id, input, deadline: START + CLICK_MS });
  server.faults.clear();
  expect(changed).toEqual({ kind: 'unsure' });
  expect(await requests.get(item.id)).toMatchObject({ ...item });
  expect((await requests.get(item.id))?.events).toHaveLength(item.events.length);
});
