import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  type GlobalSecondaryIndex,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import { TABLE } from '../core/store/table.ts';
import { FolderError } from './folder.ts';

export interface DynamoDb {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * DynamoDB's API over a LevelDB folder, or over memory without one. A log that a power cut tore is read up to its last
 * good record. Throws FolderError where the folder cannot be opened at all.
 */
export async function startDynamoDb(options: {
  readonly path?: string;
  readonly port: number;
}): Promise<DynamoDb> {
  if (options.path !== undefined) await tryFolder(options.path);
  const server = dynalite({ createTableMs: 0, ...(options.path && { path: options.path }) });
  // The SDK keeps connections for longer than Node's 5 s.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The table of core/store/table.ts as CreateTable takes it. */
export function tableInput(name: string): CreateTableCommandInput {
  const { indexes, partitionKey, sortKey } = TABLE;
  const gsis = Object.values(indexes).map(
    (index): GlobalSecondaryIndex => ({
      IndexName: index.name,
      KeySchema: [
        { AttributeName: index.partitionKey, KeyType: 'HASH' },
        { AttributeName: index.sortKey, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: index.projection },
    }),
  );
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: partitionKey, AttributeType: 'S' },
      { AttributeName: sortKey, AttributeType: 'S' },
      ...Object.values(indexes).flatMap((index) => [
        { AttributeName: index.partitionKey, AttributeType: 'S' } as const,
        { AttributeName: index.sortKey, AttributeType: index.sortKeyType } as const,
      ]),
    ],
    GlobalSecondaryIndexes: gsis,
  };
}

/** The table as a start needs it: there, and with what kill -9 left of its index mended. */
export async function openTable(config: DynamoDBClientConfig, name: string): Promise<void> {
  const client = new DynamoDBClient(config);
  try {
    await ensureTable(client, name);
    await mendIndexes(client, name);
  } finally {
    client.destroy();
  }
}

/** The table, made if it is not there; returns when it can be used. */
export async function ensureTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(new CreateTableCommand(tableInput(name))).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ResourceInUseException') return;
    throw error;
  });
  // Right after its making a call can still answer ResourceNotFound.
  for (let tries = 0; tries < 200; tries += 1) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') return;
  }
  throw new Error(`table ${name} does not become active`);
}

/** dynalite opens the folder behind its first answer, and where that fails it only ever answers that it failed. */
async function tryFolder(path: string): Promise<void> {
  const level = new ClassicLevel(path);
  try {
    await level.open();
    await level.close();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FolderError(
      `the database in ${path} cannot be opened (${why}): put a copy of the folder back, or delete it to start over`,
    );
  }
}

/**
 * Writes every row of the open index anew. dynalite changes an index and its item in separate writes, the index first:
 * kill -9 between them leaves a request that no tick would find again. (On AWS an index follows its item by itself.)
 */
export async function mendIndexes(client: DynamoDBClient, name: string): Promise<void> {
  const { partitionKey } = TABLE.indexes.open;
  const pages = paginateScan(
    { client },
    {
      TableName: name,
      ConsistentRead: true,
      FilterExpression: 'attribute_exists(#open)',
      ExpressionAttributeNames: { '#open': partitionKey },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const Item of Items) await client.send(new PutItemCommand({ TableName: name, Item }));
  }
}
