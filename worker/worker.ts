import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { PartHealth } from '../core/health/health.ts';
import { type Consumer, startConsumer } from '../core/queue/consumer.ts';
import { QUEUE_LIMITS } from '../core/queue/limits.ts';
import { watchQueue } from '../core/queue/watch.ts';
import type { WorkerDeps } from './deps.ts';
import { answerDoorbell } from './jobs/answer.ts';
import { answerDeadLetter } from './jobs/dead-letter.ts';
import { tick } from './tick/tick.ts';

export interface WorkerOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Where doorbells go that nobody could answer; without it nobody looks there. */
  readonly deadQueueUrl?: string | undefined;
  readonly metrics: Metrics;
}
export interface Worker extends Consumer {
  health(): PartHealth;
}

/** Answers work doorbells until drained. A worker that starts looks at once at what is due. */
export function startWorker(deps: WorkerDeps, options: WorkerOptions): Worker {
  const { clock, config, log } = deps;
  const { deadQueueUrl, metrics, queueUrl, sqs } = options;
  const slots = config.limits.imagesAtOnce;
  const { requests } = deps.store;
  tick({
    requests,
    change: deps.change,
    bells: deps.bells,
    timing: config.limits.timing,
    now: clock.now,
    log,
  }).catch((error: unknown) =>
    log('warn', 'the first look at what is due failed; the tick looks again', { error }),
  );
  const watch = watchQueue({ queue: 'work', slots, metrics, now: clock.now });
  const consumer = startConsumer({
    sqs,
    queueUrl,
    slots,
    handle: (requestId, signal) => answerDoorbell(deps, requestId, signal),
    sleep: clock.sleep,
    log,
    watch,
  });
  const dead =
    deadQueueUrl === undefined
      ? undefined
      : startConsumer({
          sqs,
          queueUrl: deadQueueUrl,
          slots: 1,
          handle: (requestId, signal) => {
            metrics.count('mirror_dead_letters_total', { queue: 'work' });
            return answerDeadLetter(deps, requestId, signal);
          },
          leaveSeconds: QUEUE_LIMITS.deadLeaveSeconds,
          sleep: clock.sleep,
          log,
        });
  return {
    health: watch.health,
    drain: async () => {
      await Promise.all([consumer.drain(), dead?.drain()]);
    },
  };
}
