import { Aws, Duration, type Stack } from 'aws-cdk-lib';
import { CfnEventBusPolicy, type EventPattern, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { prefixesOf, repositoryArns } from '../core/permissions/arns.ts';
import type { Config, Destination } from '../core/config/schema.ts';
import type { Deployment } from './deployment.ts';
import { destinationsElsewhere, homeOf } from './home.ts';
import type { MadeFunction } from './node-function.ts';
import type { State } from './state.ts';

export interface Woken {
  readonly tick: MadeFunction;
  readonly notifier: MadeFunction;
}

/** What calls functions without being asked: the clock, and the ends of scans. */
export function mirrorEvents(
  stack: Stack,
  { config }: Deployment,
  { notifier, state, tick }: Woken & { readonly state: State },
): void {
  // What is missed comes again by itself: a tick that is minutes old is of no use.
  for (const { fn } of [tick, notifier]) {
    fn.configureAsyncInvoke({
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      onFailure: new SqsDestination(state.queues.failed),
    });
  }
  const target = ({ fn }: MadeFunction): LambdaFunction =>
    new LambdaFunction(fn, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  new Rule(stack, 'EveryMinute', {
    description: 'Mirror: look at what is due',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [target(tick)],
  });
  new Rule(stack, 'EveryTenMinutes', {
    description: 'Mirror: look at how the bot stands in Slack',
    schedule: Schedule.rate(Duration.minutes(10)),
    targets: [target(notifier)],
  });
  for (const [id, eventPattern] of Object.entries(scanPatterns(config, config.destinations))) {
    new Rule(stack, id, {
      description: 'Mirror: a scan is over, so look at its findings now',
      eventPattern,
      targets: [target(tick)],
    });
  }
  const accounts = new Set(destinationsElsewhere(config).map(({ account }) => account));
  const home = homeOf(config);
  accounts.delete(home.account);
  for (const account of accounts) {
    new CfnEventBusPolicy(stack, `EventsFrom${account}`, {
      statementId: `mirror-${config.aws.name}-${account}`,
      statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:${Aws.PARTITION}:iam::${account}:root` },
        Action: 'events:PutEvents',
        Resource: `arn:${Aws.PARTITION}:events:${home.region}:${home.account}:event-bus/default`,
      },
    });
  }
}

/**
 * The ends of scans in our repositories, by who scans. A prefix stands for the repository of its own name too, and for
 * others that begin alike: an event that nobody waits for changes nothing.
 */
export function scanPatterns(
  config: Config,
  destinations: readonly Destination[],
): Readonly<Record<'BasicScan' | 'EnhancedScan', EventPattern>> {
  const account = [...new Set(destinations.map((each) => each.account))];
  const region = [...new Set(destinations.map((each) => each.region))];
  const prefixes = prefixesOf(config);
  return {
    BasicScan: {
      account,
      region,
      source: ['aws.ecr'],
      detailType: ['ECR Image Scan'],
      detail: { 'repository-name': prefixes.map((prefix) => ({ prefix })) },
    },
    EnhancedScan: {
      account,
      region,
      source: ['aws.inspector2'],
      detailType: ['Inspector2 Scan'],
      detail: {
        'scan-status': ['INITIAL_SCAN_COMPLETE'],
        // Here it is the repository's ARN (Inspector user guide, "EventBridge schema for initial scan").
        'repository-name': destinations.flatMap((each) =>
          prefixes.map((prefix) => ({ prefix: repositoryArns(each, [prefix])[0] })),
        ),
      },
    },
  };
}
