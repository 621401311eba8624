import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openTable, startDynamoDb } from '../dynamodb.ts';
import { takeFolder } from '../folder.ts';
import { keepPorts, portOf, readPorts } from '../ports.ts';
import { ensureQueues, startSqs } from '../sqs.ts';

/** Table and queues, wherever they are. */
export interface MachinePlaces {
  readonly table: string;
  readonly dynamo: DynamoDBClientConfig;
  readonly sqs: SQSClient;
  readonly workQueueUrl: string;
  readonly notifyQueueUrl: string;
  readonly workDeadQueueUrl: string;
  readonly notifyDeadQueueUrl: string;
  close(): Promise<void>;
}

const TABLE_NAME = 'mirror';
/** They go to loopback only, and nobody there asks. */
const NOBODY = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

/**
 * Table and queues inside of this process. The table is in the folder and survives kill -9; the queues are in memory:
 * the tick rings again. Throws FolderError for a folder that cannot be used, or is in use.
 */
export async function openEmbedded(dataDir: string, region: string): Promise<MachinePlaces> {
  const release = await takeFolder(dataDir, readPorts(dataDir).dynamodb, '');
  const open: (() => Promise<void> | void)[] = [release];
  const close = async () => {
    for (const each of open.splice(0).reverse()) await each();
  };
  try {
    const path = join(dataDir, 'dynamodb');
    mkdirSync(path, { recursive: true });
    const dynamoDb = await startDynamoDb({ port: 0, path });
    open.push(() => dynamoDb.close());
    const sqsServer = await startSqs({ port: 0 });
    open.push(() => sqsServer.close());
    // By it a second start on the folder finds out that somebody is there.
    keepPorts(dataDir, { ...readPorts(dataDir), dynamodb: portOf(dynamoDb.endpoint) });
    const aws = { region, credentials: NOBODY };
    const dynamo = { ...aws, endpoint: dynamoDb.endpoint };
    await openTable(dynamo, TABLE_NAME);
    const sqs = new SQSClient({ ...aws, endpoint: sqsServer.endpoint });
    open.push(() => sqs.destroy());
    const queues = await ensureQueues(sqs, sqsServer);
    return {
      table: TABLE_NAME,
      dynamo,
      sqs,
      workQueueUrl: queues.work,
      notifyQueueUrl: queues.notify,
      workDeadQueueUrl: queues.workDead,
      notifyDeadQueueUrl: queues.notifyDead,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
