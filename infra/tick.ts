import { Duration, type Stack } from 'aws-cdk-lib';
import type { Deployment } from './deployment.ts';
import { type MadeFunction, nodeFunction } from './node-function.ts';
import { grant } from './rights.ts';
import { ringing } from './ringing.ts';
import type { State } from './state.ts';

/** The minute's look at what is due, and ECR's word that a scan is over. It has no secret, and no right on ECR. */
export function mirrorTick(stack: Stack, deployment: Deployment, state: State): MadeFunction {
  const { fn, role } = nodeFunction(stack, deployment, {
    id: 'Tick',
    entry: 'worker/lambda/tick.ts',
    description: 'Mirror: what is due',
    memoryMb: 512,
    timeout: Duration.minutes(5),
    environment: state.environment,
  });
  grant(role, ['tick'], state.resources);
  ringing(role, state.queues);
  return { fn, role };
}
