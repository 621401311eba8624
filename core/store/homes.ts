import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Dynamo } from './dynamo.ts';
import { homeKey, homePartition, TABLE } from './table.ts';

/** Who has lately looked at the app's Home tab: only theirs is drawn again when something happens. */
export interface HomeStore {
  opened(workspace: string, user: string, at: number): Promise<void>;
  /** People who opened theirs since then, in no order; may lag, and leaves some out where they are many. */
  openSince(workspace: string, since: number): Promise<readonly string[]>;
}

/** Rows go by themselves after this; DynamoDB takes up to two days, so the time is looked at too. */
const KEPT_SECONDS = 3_600;
/** Of about 100 bytes each. */
const ROWS_MAX = 500;

export function homeStore({ client, table, read }: Dynamo): HomeStore {
  return {
    opened: async (workspace, user, at) => {
      const ttl = Math.ceil(at / 1_000) + KEPT_SECONDS;
      const Item = { ...homeKey(workspace, user), openedAt: at, ttl };
      await read('put home', () => client.send(new PutCommand({ TableName: table, Item })));
    },
    openSince: async (workspace, since) => {
      const query = new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#pk = :pk',
        FilterExpression: '#opened >= :since',
        ExpressionAttributeNames: { '#pk': TABLE.partitionKey, '#opened': 'openedAt' },
        ExpressionAttributeValues: { ':pk': homePartition(workspace), ':since': since },
        Limit: ROWS_MAX,
      });
      const { Items = [] } = await read('find homes', () => client.send(query));
      return Items.map((row) => String(row[TABLE.sortKey]));
    },
  };
}
