import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startSqs } from '../../../local/sqs.ts';

export interface LocalQueue {
  readonly sqs: SQSClient;
  /** A new queue, empty. */
  newQueue(): Promise<string>;
  send(queueUrl: string, body: string): Promise<void>;
  /** Takes everything that can be seen now. */
  takeAll(queueUrl: string): Promise<readonly string[]>;
  /** Visible and in flight. */
  counts(queueUrl: string): Promise<{ readonly visible: number; readonly inFlight: number }>;
  close(): Promise<void>;
}

/** SQS in memory, and a client of it. */
export async function openLocalQueue(): Promise<LocalQueue> {
  const server = await startSqs({ port: 0 });
  const sqs = new SQSClient({
    endpoint: server.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  let queues = 0;
  return {
    sqs,
    newQueue: async () => {
      queues += 1;
      const name = `queue-${queues}`;
      await sqs.send(new CreateQueueCommand({ QueueName: name }));
      return server.queueUrl(name);
    },
    send: async (queueUrl, body) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    },
    takeAll: async (queueUrl) => {
      const bodies: string[] = [];
      for (;;) {
        const receive = new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 0,
        });
        const { Messages = [] } = await sqs.send(receive);
        if (Messages.length === 0) return bodies;
        bodies.push(...Messages.map(({ Body }) => Body ?? ''));
      }
    },
    counts: async (queueUrl) => {
      const ask = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] });
      const { Attributes = {} } = await sqs.send(ask);
      return {
        visible: Number(Attributes['ApproximateNumberOfMessages']),
        inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
      };
    },
    close: async () => {
      sqs.destroy();
      await server.close();
    },
  };
}
