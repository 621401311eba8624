import {
  CreateTableCommand,
  type DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { Log } from '../../core/log.ts';
import { TABLE } from '../../core/store/table.ts';
import { tableInput } from '../dynamodb.ts';

/** DynamoDB takes some ten seconds; its first indexes come with it. */
const WAIT_S = 120;

/**
 * The table on AWS, if it is not there: protected against deletion, restorable to any second of the last 35 days, and
 * rid of what can be made again. Rejects with the SDK's error.
 */
export async function createTable(client: DynamoDBClient, name: string, log: Log): Promise<void> {
  try {
    await client.send(new CreateTableCommand({ ...tableInput(name), DeletionProtectionEnabled: true }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceInUseException') return;
    throw error;
  }
  await waitUntilTableExists({ client, maxWaitTime: WAIT_S }, { TableName: name });
  log('info', `the table ${name} was created`);
  // Both can be done later by hand, and nothing is wrong without them.
  await wish(log, 'rows that can be made again are not deleted by time', () =>
    client.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { AttributeName: TABLE.timeToLive, Enabled: true },
      }),
    ),
  );
  await wish(log, 'the table cannot be restored to a point in time', () =>
    client.send(
      new UpdateContinuousBackupsCommand({
        TableName: name,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ),
  );
}

async function wish(log: Log, without: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    log('warn', `${without}: it could not be switched on`, { error });
  }
}
