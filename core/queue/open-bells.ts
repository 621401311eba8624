import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Bells, bell } from './bell.ts';

export interface OpenBellsOptions {
  readonly workQueueUrl: string;
  readonly notifyQueueUrl: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly client?: SQSClientConfig;
}

/** Both doorbells over one client; one that is not heard is counted. */
export function openBells({ client, log, metrics, ...queues }: OpenBellsOptions): Bells {
  const sqs = new SQSClient({ maxAttempts: 2, ...client });
  const bellOf = (queue: string, queueUrl: string) =>
    bell({ sqs, queueUrl, log, onLost: () => metrics.count('mirror_rings_lost_total', { queue }) });
  return { work: bellOf('work', queues.workQueueUrl), notify: bellOf('notify', queues.notifyQueueUrl) };
}
