import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, expect, test } from '@jest/globals';
import { ClassicLevel } from 'classic-level';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import { ensureTable, mendIndexes, startDynamoDb } from '../../local/dynamodb.ts';
import { sampleRequest } from '../core/request/sample-request.ts';

const path = mkdtempSync(join(tmpdir(), 'mirror-dynamodb-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));

const AWS = { region: 'eu-central-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } };

async function withTable<T>(use: (client: DynamoDBClient, endpoint: string) => Promise<T>): Promise<T> {
  const server = await startDynamoDb({ path, port: 0 });
  const client = new DynamoDBClient({ ...AWS, endpoint: server.endpoint });
  try {
    await ensureTable(client, 'mirror');
    return await use(client, server.endpoint);
  } finally {
    client.destroy();
    await server.close();
  }
}
const findAll = async (endpoint: string): Promise<readonly string[]> => {
  const dynamo = openDynamo('mirror', { ...AWS, endpoint });
  const found = await requestStore(dynamo).findDue(Number.MAX_SAFE_INTEGER, 10);
  dynamo.client.destroy();
  return found;
};

test('a request whose index row was lost by a kill is found again after the next start', async () => {
  const item = sampleRequest();
  await withTable(async (_client, endpoint) => {
    const dynamo = openDynamo('mirror', { ...AWS, endpoint });
    await requestStore(dynamo).put(item);
    dynamo.client.destroy();
    expect(await findAll(endpoint)).toEqual([item.id]);
  });
  // What a kill -9 leaves between dynalite's write of the index and that of the item.
  const level = new ClassicLevel(path);
  for await (const key of level.keys()) if (key.startsWith('index-')) await level.del(key);
  await level.close();
  await withTable(async (client, endpoint) => {
    expect(await findAll(endpoint)).toEqual([]);
    await mendIndexes(client, 'mirror');
    expect(await findAll(endpoint)).toEqual([item.id]);
  });
});
