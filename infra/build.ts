import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledge } from './acknowledged.ts';
import type { Deployment } from './deployment.ts';
import { destinationStack } from './destination-stack.ts';
import { destinationsElsewhere } from './home.ts';
import { mirrorStack } from './mirror-stack.ts';

export interface BuildOptions {
  /** Without them every finding of cdk-nag is told, also those that have their reason. */
  readonly acknowledged: boolean;
}

/** The stack of the product, and one for each destination elsewhere; checked by cdk-nag with the synthesis. */
export function build(app: App, deployment: Deployment, { acknowledged }: BuildOptions): readonly Stack[] {
  const product = mirrorStack(app, deployment);
  const elsewhere = destinationsElsewhere(deployment.config).map((destination) =>
    destinationStack(app, deployment, { destination, product }),
  );
  const stacks = [product, ...elsewhere];
  if (acknowledged) for (const stack of stacks) acknowledge(stack, deployment.config);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return stacks;
}
