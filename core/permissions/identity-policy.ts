import type { Config } from '../config/schema.ts';
import { partitionOf, prefixesOf, queueArn, repositoryArns, tableArn } from './arns.ts';
import { actionsOn, type Part, type Resource } from './permissions.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';

/** Where the service stands on AWS. */
export interface Places {
  readonly config: Pick<Config, 'teams' | 'destinations'>;
  /** Of table and queues. */
  readonly account: string;
  readonly region: string;
  readonly table: string;
  readonly workQueueUrl: string;
  readonly notifyQueueUrl: string;
}

const KINDS: Readonly<Record<Resource, string>> = {
  table: 'Table',
  indexes: 'Indexes',
  'work queue': 'WorkQueue',
  'notify queue': 'NotifyQueue',
  'work dead letters': 'WorkDeadLetters',
  'notify dead letters': 'NotifyDeadLetters',
  repositories: 'Repositories',
  anything: 'Registry',
};

/** The least that these parts need together, as an identity policy. Embedded, nothing of table and queues is on AWS. */
export function identityPolicy(
  places: Places | (Pick<Places, 'config'> & { readonly embedded: true }),
  parts: readonly Part[],
): PolicyDocument {
  const Statement = (Object.keys(KINDS) as Resource[]).flatMap((on): readonly PolicyStatement[] => {
    const Action = [...actionsOn(on, parts)];
    const Resource = [...resourcesOf(on, places)];
    return Action.length === 0 || Resource.length === 0
      ? []
      : [{ Sid: `Mirror${KINDS[on]}`, Effect: 'Allow', Action, Resource }];
  });
  return { Version: '2012-10-17', Statement: [...Statement, ...assumed(places.config, parts)] };
}

/** Where a destination has a role, the rights are that role's, and ours is to take it. */
function assumed({ destinations }: Places['config'], parts: readonly Part[]): readonly PolicyStatement[] {
  const Resource = [...new Set(destinations.flatMap(({ role }) => (role === undefined ? [] : [role])))];
  return Resource.length === 0 || !parts.includes('worker')
    ? []
    : [{ Sid: 'MirrorRoles', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource }];
}

function resourcesOf(on: Resource, places: Parameters<typeof identityPolicy>[0]): readonly string[] {
  const { destinations, teams } = places.config;
  switch (on) {
    case 'anything':
      return ['*'];
    case 'repositories':
      return destinations
        .filter(({ role }) => role === undefined)
        .flatMap((each) => repositoryArns(each, prefixesOf({ teams })));
    default:
      return 'embedded' in places ? [] : ownResources(on, places);
  }
}

function ownResources(
  on: Exclude<Resource, 'anything' | 'repositories'>,
  { account, region, table, workQueueUrl, notifyQueueUrl }: Places,
): readonly string[] {
  const arnOf = (url: string): string =>
    queueArn(url) ?? `arn:${partitionOf(region)}:sqs:${region}:${account}:${url.split('/').at(-1) ?? ''}`;
  switch (on) {
    case 'table':
      return [tableArn({ account, region }, table)];
    case 'indexes':
      return [`${tableArn({ account, region }, table)}/index/*`];
    case 'work queue':
      return [arnOf(workQueueUrl)];
    case 'notify queue':
      return [arnOf(notifyQueueUrl)];
    case 'work dead letters':
      return [`${arnOf(workQueueUrl)}-dead`];
    case 'notify dead letters':
      return [`${arnOf(notifyQueueUrl)}-dead`];
    default:
      return on satisfies never;
  }
}
