import { type CfnElement, type Stack, Validations } from 'aws-cdk-lib';
import type { Config } from '../core/config/schema.ts';
import { repositoriesOf } from './rights.ts';

/** A finding of cdk-nag that stays, and why. */
export interface Acknowledged {
  /** Of the construct below its stack. */
  readonly at: string;
  /** Without the pack's name: `IAM5[Resource::*]`. */
  readonly rule: string;
  readonly reason: string;
}

const INDEXES =
  'An index has no name of its own to be written in a policy before the table is there; both are read';
const PREFIXES =
  'Below its prefixes a team names repositories as it likes: that is the naming policy of the product';
const NO_RESOURCE = 'These actions of ECR know no resource (service authorization reference)';
const SLACK_SIGNS =
  'Whoever calls is known by the signature of Slack over the body; a caller without one gets a 401';
const NOT_OURS = 'What is in it is issued by Slack or a registry and can only be changed there, by a person';
const LAST = 'It is where events end that a function failed on; they come again by themselves';

/**
 * What stays of cdk-nag's findings in this stack. A test compares the list with the findings of a run without it, both
 * ways: a reason without a finding would hide the next one.
 */
export function acknowledgedIn(stack: Stack, config: Config): readonly Acknowledged[] {
  const found: Acknowledged[] = [];
  const add = (at: string, rule: string, reason: string): void => {
    if (stack.node.tryFindChild(at.split('/')[0] ?? '')) found.push({ at, rule, reason });
  };
  const table = stack.node.tryFindChild('Table')?.node.findChild('Resource');
  if (table) {
    const index = `IAM5[Resource::<${stack.getLogicalId(table as CfnElement)}.Arn>/index/*]`;
    for (const role of ['BotRole', 'NotifierRole', 'WorkerRole', 'TickRole']) add(role, index, INDEXES);
  }
  for (const role of ['WorkerRole', 'Writer']) {
    add(role, 'IAM5[Resource::*]', NO_RESOURCE);
  }
  for (const destination of config.destinations) {
    const { account, region, role } = destination;
    const at = role === undefined ? 'WorkerRole' : 'Writer';
    // A role of another account stands in the stack of that destination.
    if (role !== undefined && (stack.account !== account || stack.region !== region)) continue;
    for (const arn of repositoriesOf(config, [destination])) {
      if (arn.endsWith('*')) add(at, `IAM5[Resource::${arn}]`, PREFIXES);
    }
  }
  add('Api', 'APIG4', SLACK_SIGNS);
  add('SlackSecret', 'SMG4', NOT_OURS);
  add('RegistrySecret', 'SMG4', NOT_OURS);
  add('Failed', 'SQS3', LAST);
  return found;
}

export function acknowledge(stack: Stack, config: Config): void {
  for (const { at, reason, rule } of acknowledgedIn(stack, config)) {
    Validations.of(stack.node.findChild(at)).acknowledge({
      id: `AwsSolutions::AwsSolutions-${rule}`,
      reason,
    });
  }
}
