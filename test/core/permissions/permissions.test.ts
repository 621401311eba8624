import { describe, expect, test } from '@jest/globals';
import { identityPolicy } from '../../../core/permissions/identity-policy.ts';
import { actionsOn, PERMISSIONS } from '../../../core/permissions/permissions.ts';
import { readSource, sourceFiles } from '../../imports.ts';

const SERVICES: Readonly<Record<string, string>> = {
  '@aws-sdk/client-ecr': 'ecr',
  '@aws-sdk/client-sqs': 'sqs',
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/lib-dynamodb': 'dynamodb',
};
/** The document client's names are short (SDK, lib-dynamodb). */
const LONG: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  BatchGet: 'BatchGetItem',
};
/** Calls of the registry's own address that carry another name (service authorization reference of ECR; AWS's push policy). */
const BY_ADDRESS = ['ecr:PutImage', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
/** What AWS asks for beside the action that is called. */
const BESIDE: Readonly<Record<string, string>> = { 'ecr:TagResource': 'ecr:CreateRepository' };

/** IAM's names of the calls that the product's code makes. */
function calledIn(folders: readonly string[]): ReadonlySet<string> {
  const calls = sourceFiles(folders).flatMap((file) => {
    const source = readSource(file);
    return Object.entries(SERVICES).flatMap(([name, service]) => {
      if (!source.includes(name)) return [];
      const block = [...source.matchAll(new RegExp(`import [^;]*?from '${name}'`, 'gs'))].join(' ');
      return [...source.matchAll(/new (\w+)Command\(|\bpaginate(\w+)\(/g)]
        .map(([, one, paged = '']) => one ?? paged)
        .filter((call) => block.includes(`${call}Command`) || block.includes(`paginate${call}`))
        .map((call) => `${service}:${service === 'dynamodb' ? (LONG[call] ?? call) : call}`);
    });
  });
  return new Set(calls);
}

describe('the list of rights', () => {
  const listed = new Set(PERMISSIONS.map(({ action }) => action));
  const called = calledIn(['core', 'bot', 'worker']);

  test('has every call that the code makes', () => {
    expect(called.size).toBeGreaterThan(20);
    // Secrets are granted by their own ARNs, where they are made.
    expect([...called].filter((action) => !listed.has(action))).toEqual([]);
  });

  test('has no right that nobody uses', () => {
    const idle = [...listed].filter(
      (action) =>
        !called.has(action) && !BY_ADDRESS.includes(action) && !called.has(BESIDE[action] ?? 'nothing'),
    );
    expect(idle).toEqual([]);
  });

  test('says for each what does not work without it', () => {
    for (const { why, parts } of PERMISSIONS) {
      expect(why.length).toBeGreaterThan(5);
      expect(parts.length).toBeGreaterThan(0);
    }
  });

  test('gives the bot no right on ECR, and nobody one to delete or to change a policy', () => {
    expect(actionsOn('repositories', ['listener', 'notifier', 'tick'])).toEqual([]);
    expect(
      [...listed].filter((action) => /:(Delete(?!Message)|Put(?!Item|Image$)|Set)/.test(action)),
    ).toEqual([]);
  });
});

describe('the policy for one machine', () => {
  const config = {
    teams: [
      {
        id: 'default',
        channels: [],
        prefixes: ['base-images'],
        platforms: [],
        approvers: { users: [], userGroups: [] },
      },
    ],
    destinations: [{ name: 'prod', account: '123456789012', region: 'eu-central-1' }],
  };
  const queue = (name: string): string => `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;

  test('names each resource in full, and * only where IAM knows nothing narrower', () => {
    const { Statement } = identityPolicy(
      {
        config,
        account: '123456789012',
        region: 'eu-central-1',
        table: 'mirror',
        workQueueUrl: queue('work'),
        notifyQueueUrl: queue('notify'),
      },
      ['listener', 'notifier', 'worker', 'tick', 'doctor'],
    );
    expect(Object.fromEntries(Statement.map(({ Sid, Resource }) => [Sid, Resource]))).toEqual({
      MirrorTable: ['arn:aws:dynamodb:eu-central-1:123456789012:table/mirror'],
      MirrorIndexes: ['arn:aws:dynamodb:eu-central-1:123456789012:table/mirror/index/*'],
      MirrorWorkQueue: ['arn:aws:sqs:eu-central-1:123456789012:work'],
      MirrorNotifyQueue: ['arn:aws:sqs:eu-central-1:123456789012:notify'],
      MirrorWorkDeadLetters: ['arn:aws:sqs:eu-central-1:123456789012:work-dead'],
      MirrorNotifyDeadLetters: ['arn:aws:sqs:eu-central-1:123456789012:notify-dead'],
      MirrorRepositories: [
        'arn:aws:ecr:eu-central-1:123456789012:repository/base-images',
        'arn:aws:ecr:eu-central-1:123456789012:repository/base-images/*',
      ],
      MirrorRegistry: ['*'],
    });
    const wide = Statement.filter(({ Resource }) => Resource?.includes('*')).flatMap(({ Action }) => Action);
    expect(wide.every((action) => /^ecr:(Get|Describe)/.test(action))).toBe(true);
  });

  test('a destination with a role of its own is reached by taking that role, and no other way', () => {
    const role = 'arn:aws:iam::210987654321:role/mirror-writer';
    const other = { name: 'test', account: '210987654321', region: 'eu-west-1', role };
    const both = { ...config, destinations: [...config.destinations, other] };
    const { Statement } = identityPolicy({ config: both, embedded: true }, ['worker']);
    expect(
      Statement.map(({ Action, Resource, Sid }) => [
        Sid,
        Sid === 'MirrorRoles' ? [Action, Resource] : Resource,
      ]),
    ).toEqual([
      ['MirrorRepositories', expect.not.arrayContaining([expect.stringContaining('210987654321')])],
      ['MirrorRegistry', ['*']],
      ['MirrorRoles', [['sts:AssumeRole'], [role]]],
    ]);
  });

  test('embedded it is about ECR alone', () => {
    const { Statement } = identityPolicy({ config, embedded: true }, ['worker', 'doctor']);
    expect(Statement.map(({ Sid }) => Sid)).toEqual(['MirrorRepositories', 'MirrorRegistry']);
  });
});
