import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { LambdaFunction } from './function.ts';

export interface EventSourceOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  /** Batches at the same time. */
  readonly concurrency: number;
  readonly fn: LambdaFunction;
}
export interface EventSource {
  /** Takes no more, and waits for what runs. */
  stop(): Promise<void>;
}

/**
 * Lambda's poller of a queue (developer guide, "Using Lambda with Amazon SQS"): a batch an invocation; what is not named in
 * `batchItemFailures` is deleted; after an error or a time-out nothing is.
 */
export function startEventSource(options: EventSourceOptions): EventSource {
  const stopped = new AbortController();
  const loops = Array.from({ length: options.concurrency }, () => poll(options, stopped.signal));
  return {
    stop: async () => {
      stopped.abort();
      await Promise.all(loops);
    },
  };
}

async function poll(options: EventSourceOptions, signal: AbortSignal): Promise<void> {
  const { batchSize, queueUrl, sqs } = options;
  const receive = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: 20,
    MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
  });
  while (!signal.aborted) {
    try {
      const { Messages = [] } = await sqs.send(receive, { abortSignal: signal });
      if (Messages.length > 0) await deliver(options, Messages);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

async function deliver(
  { fn, queueArn, queueUrl, sqs }: EventSourceOptions,
  messages: readonly Message[],
): Promise<void> {
  const invoked = await fn.invoke({ Records: messages.map((message) => recordOf(message, queueArn)) });
  if (invoked.kind !== 'answer') return;
  const failed = failuresIn(invoked.payload);
  for (const { MessageId = '', ReceiptHandle } of messages) {
    if (!failed.has(MessageId)) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
  }
}

/** As Lambda hands it over (developer guide, "Example Amazon SQS message event"). */
function recordOf(message: Message, queueArn: string): object {
  const { Attributes, Body, MD5OfBody, MessageId, ReceiptHandle } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes ?? {},
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: 'eu-central-1',
  };
}

/** An answer of another form fails the whole batch. */
function failuresIn(payload: unknown): ReadonlySet<string> {
  if (typeof payload !== 'object' || payload === null || !('batchItemFailures' in payload)) return new Set();
  const list: unknown[] = Array.isArray(payload.batchItemFailures) ? payload.batchItemFailures : [];
  return new Set(
    list.map((each) =>
      typeof each === 'object' && each !== null && 'itemIdentifier' in each
        ? String(each.itemIdentifier)
        : '',
    ),
  );
}
