import { Duration, type Stack } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { QUEUE_LIMITS } from '../core/queue/limits.ts';

export interface Doorbells {
  readonly queue: Queue;
  readonly dead: Queue;
}
export interface Queues {
  readonly work: Doorbells;
  readonly notify: Doorbells;
  /** Events that a function failed on: a tick, a hint. They come again by themselves, so a day is enough to see them. */
  readonly failed: Queue;
}

/** Longer than the function that answers may run: else a message is given to a second one beside it. */
const MARGIN = Duration.minutes(1);

export interface QueuesProps {
  readonly workerTimeout: Duration;
  readonly notifierTimeout: Duration;
}

export function mirrorQueues(stack: Stack, { workerTimeout, notifierTimeout }: QueuesProps): Queues {
  const doorbells = (id: string, timeout: Duration): Doorbells => {
    const visibilityTimeout = timeout.plus(MARGIN);
    const dead = queue(stack, `${id}Dead`, {
      visibilityTimeout,
      retentionPeriod: Duration.seconds(QUEUE_LIMITS.deadRetentionSeconds),
    });
    const live = queue(stack, id, {
      visibilityTimeout,
      retentionPeriod: Duration.seconds(QUEUE_LIMITS.retentionSeconds),
      deadLetterQueue: { queue: dead, maxReceiveCount: QUEUE_LIMITS.maxReceiveCount },
    });
    return { queue: live, dead };
  };
  return {
    work: doorbells('Work', workerTimeout),
    notify: doorbells('Notify', notifierTimeout),
    failed: queue(stack, 'Failed', {
      visibilityTimeout: Duration.seconds(30),
      retentionPeriod: Duration.days(1),
    }),
  };
}

const queue = (stack: Stack, id: string, props: QueueProps): Queue =>
  new Queue(stack, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });
