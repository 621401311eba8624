import type { Stack } from 'aws-cdk-lib';
import { mirrorQueues, type Queues, type QueuesProps } from './queues.ts';
import type { Resources } from './rights.ts';
import { mirrorSecrets, type Secrets } from './secrets.ts';
import { mirrorTable } from './table.ts';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';

/** Everything that outlives a deployment, with how functions find and reach it. */
export interface State {
  readonly table: TableV2;
  readonly queues: Queues;
  readonly secrets: Secrets;
  /** The variables of core/lambda/environment.ts that every function has. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of table and queues; repositories are the worker's alone. */
  readonly resources: Resources;
}

export function mirrorState(stack: Stack, times: QueuesProps): State {
  const table = mirrorTable(stack);
  const queues = mirrorQueues(stack, times);
  const secrets = mirrorSecrets(stack);
  return {
    table,
    queues,
    secrets,
    environment: {
      MIRROR_TABLE: table.tableName,
      MIRROR_WORK_QUEUE_URL: queues.work.queue.queueUrl,
      MIRROR_NOTIFY_QUEUE_URL: queues.notify.queue.queueUrl,
    },
    resources: {
      table: [table.tableArn],
      indexes: [`${table.tableArn}/index/*`],
    },
  };
}
