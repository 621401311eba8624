import { GetQueueAttributesCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';

/** A queue as SQS describes it, with the dead-letter queue that it names. */
export interface QueueFacts {
  /** About how many (SQS says "approximate"). */
  readonly waiting: number;
  readonly inFlight: number;
  readonly visibilitySeconds: number;
  readonly dead?: {
    readonly name: string;
    readonly maxReceiveCount: number;
    readonly waiting: number;
    readonly retentionSeconds: number;
  };
}

export interface QueueInspector {
  /** Rejects with the SDK's error. */
  facts(queueUrl: string): Promise<QueueFacts>;
  close(): void;
}

export function openQueueInspector(config: SQSClientConfig = {}): QueueInspector {
  const client = new SQSClient({ maxAttempts: 2, ...config });
  const attributes = async (QueueUrl: string): Promise<Readonly<Record<string, string>>> =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ??
    {};
  return {
    facts: async (queueUrl) => {
      const own = await attributes(queueUrl);
      const facts = {
        waiting: Number(own['ApproximateNumberOfMessages'] ?? 0),
        inFlight: Number(own['ApproximateNumberOfMessagesNotVisible'] ?? 0),
        visibilitySeconds: Number(own['VisibilityTimeout'] ?? 0),
      };
      const redrive = parseRedrive(own['RedrivePolicy']);
      if (!redrive) return facts;
      const { maxReceiveCount, name } = redrive;
      const dead = await attributes(queueUrl.replace(/[^/]+$/, name));
      const waiting =
        Number(dead['ApproximateNumberOfMessages'] ?? 0) +
        Number(dead['ApproximateNumberOfMessagesNotVisible'] ?? 0);
      const retentionSeconds = Number(dead['MessageRetentionPeriod'] ?? 0);
      return { ...facts, dead: { name, maxReceiveCount, waiting, retentionSeconds } };
    },
    close: () => client.destroy(),
  };
}

/** `{"deadLetterTargetArn": "arn:aws:sqs:REGION:ACCOUNT:NAME", "maxReceiveCount": 5}`; SQS writes the number as either. */
function parseRedrive(
  text: string | undefined,
): { readonly name: string; readonly maxReceiveCount: number } | undefined {
  if (text === undefined) return undefined;
  const policy: unknown = JSON.parse(text);
  if (typeof policy !== 'object' || policy === null) return undefined;
  if (!('deadLetterTargetArn' in policy) || !('maxReceiveCount' in policy)) return undefined;
  const name = String(policy.deadLetterTargetArn).split(':').at(-1);
  return name ? { name, maxReceiveCount: Number(policy.maxReceiveCount) } : undefined;
}
