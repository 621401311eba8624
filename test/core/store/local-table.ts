import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Dynamo, openDynamo } from '../../../core/store/dynamo.ts';
import { ensureTable, startDynamoDb } from '../../../local/dynamodb.ts';

export interface LocalTable {
  readonly dynamo: Dynamo;
  close(): Promise<void>;
}

/** The product's table in a DynamoDB of its own, in memory. */
export async function openLocalTable(): Promise<LocalTable> {
  const server = await startDynamoDb({ port: 0 });
  const config = {
    endpoint: server.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const admin = new DynamoDBClient(config);
  await ensureTable(admin, 'mirror');
  admin.destroy();
  const dynamo = openDynamo('mirror', config);
  return {
    dynamo,
    close: async () => {
      dynamo.client.destroy();
      await server.close();
    },
  };
}
