import { Duration, type Stack } from 'aws-cdk-lib';
import type { Deployment } from './deployment.ts';
import { type MadeFunction, nodeFunction } from './node-function.ts';
import { grant, mayPoll, mayRead } from './rights.ts';
import { ringing } from './ringing.ts';
import type { State } from './state.ts';

export const NOTIFIER_TIMEOUT = Duration.minutes(2);
/** Stories told at the same time by one invocation. Slack takes one message a second and channel. */
const AT_ONCE = 5;

/** What is said in Slack. It has the bot's token, and no right on ECR. */
export function mirrorNotifier(stack: Stack, deployment: Deployment, state: State): MadeFunction {
  const { queues, secrets } = state;
  const { fn, role } = nodeFunction(stack, deployment, {
    id: 'Notifier',
    entry: 'bot/lambda/notifier.ts',
    description: 'Mirror: what is said in Slack',
    memoryMb: 512,
    timeout: NOTIFIER_TIMEOUT,
    environment: {
      ...state.environment,
      MIRROR_NOTIFY_DEAD_QUEUE_ARN: queues.notify.dead.queueArn,
      MIRROR_SLACK_SECRET: secrets.slack.ref,
    },
  });
  grant(role, ['notifier'], state.resources);
  ringing(role, queues);
  mayPoll(role, [queues.notify.queue.queueArn, queues.notify.dead.queueArn]);
  mayRead(role, secrets.slack.ref);
  for (const [id, queue] of [
    ['Notify', queues.notify.queue],
    ['NotifyDead', queues.notify.dead],
  ] as const) {
    fn.addEventSourceMapping(id, {
      eventSourceArn: queue.queueArn,
      batchSize: AT_ONCE,
      // The least that Lambda takes; one request is told by one notifier at a time in any case.
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
  }
  return { fn, role };
}
