import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { StoreError } from './store.ts';

export interface Dynamo {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  /** A read, with its failure as a StoreError. */
  read<T>(operation: string, call: () => Promise<T>): Promise<T>;
}

export function openDynamo(table: string, config: DynamoDBClientConfig = {}): Dynamo {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3, ...config }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    client,
    table,
    read: async (operation, call) => {
      try {
        return await call();
      } catch (error) {
        throw new StoreError(operation, error);
      }
    },
  };
}

/**
 * A conditional write: true = applied, false = the condition did not hold. Anything else is not known to be applied
 * or not. A retry inside the SDK can meet its own first try: false may then be a yes, which the caller finds out by reading.
 */
export async function guarded(operation: string, write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw new StoreError(operation, error);
  }
}
