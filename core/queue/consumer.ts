import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { aboutRequest, type Log } from '../log.ts';
import { parseDoorbell } from './doorbell.ts';
import { QUEUE_LIMITS } from './limits.ts';
import type { QueueWatch } from './watch.ts';

export interface ConsumerOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** How many doorbells are answered at the same time. */
  readonly slots: number;
  /** Resolves = done, the message is deleted; throws = it comes again. */
  readonly handle: (requestId: string, signal: AbortSignal) => Promise<void>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
  /** How long a receive waits, and how a message is kept invisible. Default QUEUE_LIMITS. */
  readonly limits?: ConsumerLimits;
  readonly watch?: QueueWatch;
  /** Of a dead-letter queue: how long what nobody here can read is left alone. In any other it comes again by itself. */
  readonly leaveSeconds?: number;
}
interface ConsumerLimits {
  readonly longPollSeconds: number;
  readonly visibilitySeconds: number;
  readonly visibilityHeartbeatMs: number;
}
export interface Consumer {
  /** Takes no more, tells what runs to come to an end, and waits for it. */
  drain(): Promise<void>;
}

/** Receives doorbells and keeps them invisible while they are handled. */
export function startConsumer(options: ConsumerOptions): Consumer {
  const polling = new AbortController();
  const working = new AbortController();
  const loops = Array.from({ length: options.slots }, () => loop(options, polling.signal, working.signal));
  return {
    drain: async () => {
      polling.abort();
      working.abort();
      await Promise.all(loops);
    },
  };
}

async function loop(options: ConsumerOptions, polling: AbortSignal, working: AbortSignal): Promise<void> {
  let failures = 0;
  while (!polling.aborted) {
    try {
      const message = await receive(options, polling);
      failures = 0;
      options.watch?.polled();
      if (message) await answer(options, message, working);
    } catch (error) {
      if (polling.aborted) return;
      failures += 1;
      options.watch?.failed();
      options.log('warn', 'the queue does not answer', { queue: options.queueUrl, error });
      // A drain does not wait for the pause to be over.
      await Promise.race([options.sleep(Math.min(250 * 2 ** failures, 10_000)), once(polling)]);
    }
  }
}

const once = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

async function receive(options: ConsumerOptions, signal: AbortSignal): Promise<Message | undefined> {
  const { longPollSeconds, visibilitySeconds } = options.limits ?? QUEUE_LIMITS;
  const command = new ReceiveMessageCommand({
    QueueUrl: options.queueUrl,
    MaxNumberOfMessages: 1,
    WaitTimeSeconds: longPollSeconds,
    VisibilityTimeout: visibilitySeconds,
  });
  return (await options.sqs.send(command, { abortSignal: signal })).Messages?.[0];
}

async function answer(options: ConsumerOptions, message: Message, signal: AbortSignal): Promise<void> {
  const { leaveSeconds } = options;
  const doorbell = parseDoorbell(message.Body ?? '');
  if (doorbell.kind === 'doorbell') {
    const { requestId } = doorbell;
    await aboutRequest(requestId, () => answerDoorbell(options, { message, requestId, signal }));
    return;
  }
  if (doorbell.kind === 'broken') {
    const text = leaveSeconds === undefined ? 'it goes to the dead-letter queue' : 'it is left there';
    options.log('warn', `a queue message is no doorbell; ${text}`, { id: message.MessageId });
  }
  // Never deleted: a newer process may know what it is, and a person can look at it.
  if (leaveSeconds !== undefined) await hide(options, message, leaveSeconds).catch(() => {});
}

const hide = ({ queueUrl, sqs }: ConsumerOptions, message: Message, seconds: number): Promise<unknown> =>
  sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout: seconds,
    }),
  );

interface Ringing {
  readonly message: Message;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

async function answerDoorbell(
  options: ConsumerOptions,
  { message, requestId, signal }: Ringing,
): Promise<void> {
  const { log, sqs, queueUrl } = options;
  const { visibilityHeartbeatMs, visibilitySeconds } = options.limits ?? QUEUE_LIMITS;
  const beat = setInterval(() => {
    hide(options, message, visibilitySeconds).catch((error: unknown) =>
      log('warn', 'visibility was not extended', { requestId, error }),
    );
  }, visibilityHeartbeatMs);
  const ended = options.watch?.begin();
  try {
    await options.handle(requestId, signal);
    ended?.('answered');
  } catch (error) {
    ended?.('failed');
    log('error', 'a doorbell could not be answered; it rings again', { requestId, error });
    return;
  } finally {
    clearInterval(beat);
  }
  const done = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle });
  await sqs
    .send(done)
    .catch((error: unknown) => log('warn', 'a message was not deleted', { requestId, error }));
}
