import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { RequestItem } from '../../core/request/request.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import { parseItem } from '../../core/store/parse-item.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION, type StandIns } from '../../local/stand-ins.ts';

export interface OpenTable {
  /** Every request there is. */
  all(): Promise<readonly RequestItem[]>;
  get(id: string): Promise<RequestItem | undefined>;
  close(): void;
}

export function openTable({ dynamoDbUrl, table }: Pick<StandIns, 'dynamoDbUrl' | 'table'>): OpenTable {
  const dynamo = openDynamo(table, {
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    endpoint: dynamoDbUrl,
  });
  return {
    all: async () => {
      const items: RequestItem[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await dynamo.client.send(
          new ScanCommand({
            TableName: table,
            ConsistentRead: true,
            FilterExpression: 'sk = :request',
            ExpressionAttributeValues: { ':request': 'REQUEST' },
            ...(from && { ExclusiveStartKey: from }),
          }),
        );
        for (const row of page.Items ?? []) {
          const item = parseItem(row);
          if (item) items.push(item);
        }
        from = page.LastEvaluatedKey;
      } while (from);
      return items;
    },
    get: requestStore(dynamo).get,
    close: () => dynamo.client.destroy(),
  };
}
