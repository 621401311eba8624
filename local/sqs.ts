import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
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

export async function ensureQueue(client: SQSClient, name: string): Promise<void> {
  await client.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: { VisibilityTimeout: String(QUEUE_LIMITS.visibilitySeconds) },
    }),
  );
}
