import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Log } from '../log.ts';
import { formatDoorbell } from './doorbell.ts';
import { QUEUE_LIMITS } from './limits.ts';

/** Rings, and never fails: a doorbell that was not heard is rung again by the tick. */
export type Ring = (requestId: string, delayMs?: number) => Promise<void>;

export interface Bells {
  readonly work: Ring;
  readonly notify: Ring;
}

export interface BellDeps {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly log: Log;
  readonly onLost?: () => void;
}

export function bell(deps: BellDeps): Ring {
  return async (requestId, delayMs = 0) => {
    const delay = Math.min(Math.ceil(delayMs / 1000), QUEUE_LIMITS.maxDelaySeconds);
    const command = new SendMessageCommand({
      QueueUrl: deps.queueUrl,
      MessageBody: formatDoorbell(requestId),
      ...(delay > 0 && { DelaySeconds: delay }),
    });
    try {
      await deps.sqs.send(command, { abortSignal: AbortSignal.timeout(QUEUE_LIMITS.ringTimeoutMs) });
    } catch (error) {
      deps.onLost?.();
      deps.log('warn', 'a doorbell was not heard; the tick rings again', { requestId, error });
    }
  };
}
