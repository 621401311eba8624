import type { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Deployment } from './deployment.ts';
import { workerRoleName } from './home.ts';
import { type MadeFunction, nodeFunction } from './node-function.ts';
import { grant, mayPoll, mayRead, mayUseKey, repositoriesOf } from './rights.ts';
import { ringing } from './ringing.ts';
import type { State } from './state.ts';

/**
 * Look-ups, copies and findings: push rights below the configured prefixes, no Slack secret, no right to delete. One
 * message an invocation, and as many at a time as the configuration says: more would wait in the queue anyway.
 */
export function mirrorWorker(
  stack: Stack,
  deployment: Deployment,
  { state, timeout }: { readonly state: State; readonly timeout: Duration },
): MadeFunction {
  const { config } = deployment;
  const { queues, secrets } = state;
  const { fn, role } = nodeFunction(stack, deployment, {
    id: 'Worker',
    entry: 'worker/lambda/worker.ts',
    description: 'Mirror: look-ups, copies and findings',
    memoryMb: config.aws.workerMemoryMb,
    timeout,
    // Only a proxy, and answers of a rare kind, want it.
    seldom: ['undici'],
    roleName: workerRoleName(config),
    environment: {
      ...state.environment,
      MIRROR_WORK_DEAD_QUEUE_ARN: queues.work.dead.queueArn,
      MIRROR_REGISTRY_SECRET: secrets.registry.ref,
    },
  });
  // In other accounts the right is that of a role over there.
  const direct = config.destinations.filter(({ role: there }) => there === undefined);
  grant(role, ['worker'], {
    ...state.resources,
    repositories: repositoriesOf(config, direct),
    ...(direct.length > 0 && { anything: ['*'] }),
  });
  ringing(role, queues);
  mayPoll(role, [queues.work.queue.queueArn, queues.work.dead.queueArn]);
  mayRead(role, secrets.registry.ref);
  mayUseKey(role, config, direct);
  const roles = config.destinations.flatMap(({ role: there }) => there ?? []);
  if (roles.length > 0) {
    role.addToPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [...new Set(roles)] }));
  }
  fn.addEventSourceMapping('Work', {
    eventSourceArn: queues.work.queue.queueArn,
    batchSize: 1,
    maxConcurrency: config.aws.workers,
    reportBatchItemFailures: true,
  });
  fn.addEventSourceMapping('WorkDead', {
    eventSourceArn: queues.work.dead.queueArn,
    batchSize: 1,
    maxConcurrency: 2,
    reportBatchItemFailures: true,
  });
  return { fn, role };
}
