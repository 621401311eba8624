import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { Dynamo } from './dynamo.ts';
import { TABLE } from './table.ts';

/** A table as DynamoDB describes it, against what core/store/table.ts needs. */
export interface TableFacts {
  readonly status: string;
  /** `pk, sk` where it has others. */
  readonly wrongKeys?: string;
  readonly missingIndexes: readonly string[];
  /** There, and still being filled. */
  readonly fillingIndexes: readonly string[];
}

/** Rejects with the SDK's error. */
export async function tableFacts({ client, table }: Dynamo): Promise<TableFacts> {
  const { Table = {} } = await client.send(new DescribeTableCommand({ TableName: table }));
  const keys = (Table.KeySchema ?? []).map(({ AttributeName }) => AttributeName);
  const right = keys[0] === TABLE.partitionKey && keys[1] === TABLE.sortKey;
  const found = new Map(
    (Table.GlobalSecondaryIndexes ?? []).map((each) => [each.IndexName, each.IndexStatus]),
  );
  const wanted = Object.values(TABLE.indexes).map(({ name }) => name);
  return {
    status: Table.TableStatus ?? 'unknown',
    ...(!right && { wrongKeys: keys.join(', ') }),
    missingIndexes: wanted.filter((name) => !found.has(name)),
    fillingIndexes: wanted.filter((name) => found.has(name) && found.get(name) !== 'ACTIVE'),
  };
}
