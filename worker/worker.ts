import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Consumer, startConsumer } from '../core/queue/consumer.ts';
import type { WorkerDeps } from './deps.ts';
import { answerDoorbell } from './jobs/answer.ts';
import { tick } from './tick/tick.ts';

export interface WorkerOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
}

/** Answers work doorbells until drained. A worker that starts looks at once at what is due. */
export function startWorker(deps: WorkerDeps, options: WorkerOptions): Consumer {
  const { clock, config, log } = deps;
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
  return startConsumer({
    sqs: options.sqs,
    queueUrl: options.queueUrl,
    slots: config.limits.imagesAtOnce,
    handle: (requestId, signal) => answerDoorbell(deps, requestId, signal),
    sleep: clock.sleep,
    log,
  });
}
