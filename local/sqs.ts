import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { QUEUE_LIMITS } from '../core/queue/limits.ts';

export interface Sqs {
  readonly endpoint: string;
  queueUrl(name: string): string;
  close(): Promise<void>;
}

/**
 * SQS's API in memory. Doorbells are lost with the process; the tick rings again, so nothing is.
 * `startFauxqs` would listen on every address, hence buildApp.
 */
export async function startSqs(options: { readonly port: number }): Promise<Sqs> {
  const app = buildApp({ logger: false });
  const address = await app.listen({ port: options.port, host: '127.0.0.1' });
  return {
    endpoint: address,
    // The name is read off the path; the host that fauxqs would answer with needs *.localhost to resolve.
    queueUrl: (name) => `${address}/000000000000/${name}`,
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

/** The queues of the product, each by its address. */
export interface Queues {
  readonly work: string;
  readonly notify: string;
  readonly workDead: string;
  readonly notifyDead: string;
}

/** All of them, made if they are not there. */
export async function ensureQueues(client: SQSClient, { queueUrl }: Sqs): Promise<Queues> {
  for (const name of ['work', 'notify']) await ensureQueue(client, name);
  return {
    work: queueUrl('work'),
    notify: queueUrl('notify'),
    workDead: queueUrl(deadLetterName('work')),
    notifyDead: queueUrl(deadLetterName('notify')),
  };
}

/**
 * A queue with its dead-letter queue beside it, `NAME-dead`, with the numbers of the product. `url` is the address it will
 * have, where that is known: by it the other one's is known too, and need not be asked for.
 */
export async function ensureQueue(client: SQSClient, name: string, url?: string): Promise<void> {
  const dead = deadLetterName(name);
  const visibility = { VisibilityTimeout: String(QUEUE_LIMITS.visibilitySeconds) };
  await client.send(
    new CreateQueueCommand({
      QueueName: dead,
      Attributes: { ...visibility, MessageRetentionPeriod: String(QUEUE_LIMITS.deadRetentionSeconds) },
    }),
  );
  const ask = new GetQueueAttributesCommand({
    QueueUrl:
      url?.replace(/[^/]+$/, dead) ??
      (await client.send(new GetQueueUrlCommand({ QueueName: dead }))).QueueUrl,
    AttributeNames: ['QueueArn'],
  });
  const { Attributes: { QueueArn } = {} } = await client.send(ask);
  const policy = { deadLetterTargetArn: QueueArn, maxReceiveCount: QUEUE_LIMITS.maxReceiveCount };
  await client.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        ...visibility,
        MessageRetentionPeriod: String(QUEUE_LIMITS.retentionSeconds),
        RedrivePolicy: JSON.stringify(policy),
      },
    }),
  );
}

export const deadLetterName = (name: string): string => `${name}-dead`;
