import { type App, Duration, Stack, Tags } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { partitionOf } from '../core/permissions/arns.ts';
import type { Destination } from '../core/config/schema.ts';
import type { Deployment } from './deployment.ts';
import { scanPatterns } from './events.ts';
import { homeOf, roleNameOf, stackName, workerRoleName } from './home.ts';
import { grant, mayUseKey, repositoriesOf } from './rights.ts';

/**
 * What a destination in another account or Region needs over there: in another account a role that exactly the worker
 * may take, and in both the ends of scans brought to where the product runs. Deployed after the product's own stack:
 * a role that trusts another cannot be made before that one is there.
 */
export function destinationStack(
  app: App,
  deployment: Deployment,
  { destination, product }: { readonly destination: Destination; readonly product: Stack },
): Stack {
  const { config } = deployment;
  const { account, name, region, role } = destination;
  const home = homeOf(config);
  const stack = new Stack(app, `${stackName(config)}-to-${name}`, {
    env: { account, region },
    description: `Mirror: destination ${name}`,
    terminationProtection: true,
  });
  stack.addStackDependency(product);
  Tags.of(stack).add('product', 'mirror');
  if (role !== undefined) writer(stack, deployment, destination);
  const bus = `arn:${partitionOf(home.region)}:events:${home.region}:${home.account}:event-bus/default`;
  for (const [id, eventPattern] of Object.entries(scanPatterns(config, [destination]))) {
    new Rule(stack, id, {
      description: 'Mirror: a scan is over',
      eventPattern,
      targets: [new EventBusTarget(EventBus.fromEventBusArn(stack, `${id}Bus`, bus))],
    });
  }
  return stack;
}

/** Sessions of a role that was itself taken by a role end after an hour (IAM user guide, "Role chaining"). */
const SESSION = Duration.hours(1);

function writer(stack: Stack, { config }: Deployment, destination: Destination): void {
  const { role = '' } = destination;
  const home = homeOf(config);
  const roleName = roleNameOf(role);
  if (roleName === undefined) throw new Error(`${role} is no role without a path`);
  const worker = `arn:${partitionOf(home.region)}:iam::${home.account}:role/${workerRoleName(config)}`;
  const made = new Role(stack, 'Writer', {
    roleName,
    description: 'Mirror: taken by the worker to push below the configured prefixes',
    assumedBy: new ArnPrincipal(worker),
    maxSessionDuration: SESSION,
  });
  grant(made, ['worker'], {
    repositories: repositoriesOf(config, [destination]),
    anything: ['*'],
  });
  mayUseKey(made, config, [destination]);
}
