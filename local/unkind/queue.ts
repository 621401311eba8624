import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

export interface UnkindQueueOptions {
  /** 0 <= x < 1. */
  readonly random: () => number;
  /** How many messages out of a hundred are delivered twice. */
  readonly doubledPercent: number;
  /** So many messages are kept back and overtaken by later ones. */
  readonly window: number;
}
export interface UnkindQueue {
  /** How many messages were accepted and are not in the queue yet. */
  readonly held: () => number;
  /** Lets go of what is kept back, in random order. */
  settle(): Promise<void>;
}

/**
 * Makes a client's queues as unkind as a standard queue may be: at least once, in any order (SQS developer guide,
 * "Amazon SQS standard queues"). The stand-in alone keeps order and never doubles.
 */
export function unkindQueue(client: SQSClient, options: UnkindQueueOptions): UnkindQueue {
  const held: SendMessageCommand['input'][] = [];
  const released = new WeakSet<object>();
  let accepted = 0;

  const release = async (): Promise<void> => {
    const [input] = held.splice(Math.floor(options.random() * held.length), 1);
    if (!input) return;
    const copy = { ...input };
    released.add(copy);
    await client.send(new SendMessageCommand(copy));
  };

  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context['commandName'] !== 'SendMessageCommand' || released.has(args.input)) return next(args);
      const input = asSend(args.input);
      held.push(input);
      if (options.random() * 100 < options.doubledPercent) held.push(input);
      while (held.length > options.window) await release();
      accepted += 1;
      return { response: {}, output: { $metadata: {}, MessageId: `held-${accepted}` } };
    },
    // Outside of the SDK's own look at the answer's checksum, which an answer of ours does not have.
    { step: 'initialize', name: 'unkindQueue', priority: 'high' },
  );

  return {
    held: () => held.length,
    settle: async () => {
      while (held.length > 0) await release();
    },
  };
}

function asSend(input: object): SendMessageCommand['input'] {
  if (!('QueueUrl' in input) || !('MessageBody' in input)) throw new TypeError('not a message');
  const delay = 'DelaySeconds' in input ? { DelaySeconds: Number(input.DelaySeconds) } : {};
  return { QueueUrl: String(input.QueueUrl), MessageBody: String(input.MessageBody), ...delay };
}
