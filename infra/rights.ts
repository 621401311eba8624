import { Aws } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { prefixesOf, repositoryArns } from '../core/permissions/arns.ts';
import { actionsOn, type Part, type Resource } from '../core/permissions/permissions.ts';
import type { Config, Destination } from '../core/config/schema.ts';

/** Where the resources of the list of permissions are, as ARNs. */
export type Resources = Readonly<Partial<Record<Resource, readonly string[]>>>;

/** What these parts of the product may, from the one list of permissions. A kind of resource that is not here gives none. */
export function grant(role: Role, parts: readonly Part[], resources: Resources): void {
  for (const [on, arns = []] of Object.entries(resources) as [Resource, readonly string[]][]) {
    const actions = actionsOn(on, parts);
    if (actions.length === 0 || arns.length === 0) continue;
    role.addToPolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [...arns] }),
    );
  }
}

/** What Lambda itself does with a queue, by the right of the function (Lambda developer guide, "Permissions" of SQS). */
const POLLING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] as const;

export function mayPoll(role: Role, queueArns: readonly string[]): void {
  role.addToPolicy(new PolicyStatement({ actions: [...POLLING], resources: [...queueArns] }));
}

export function mayRead(role: Role, secretArn: string): void {
  role.addToPolicy(
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
  );
}

/** The repositories that the configuration's teams may be given, and nothing beside them. */
export const repositoriesOf = (config: Config, destinations: readonly Destination[]): readonly string[] =>
  destinations.flatMap((destination) => repositoryArns(destination, prefixesOf(config)));

/** Repositories encrypted with a key of the account's: ECR makes a grant on it (ECR user guide, "Encryption at rest"). */
export function mayUseKey(role: Role, config: Config, destinations: readonly Destination[]): void {
  const { encryption } = config.repositories;
  if (encryption === undefined || encryption.type === 'AES256' || encryption.key === undefined) return;
  const { key } = encryption;
  const arns = destinations.map(({ account, region }) =>
    key.startsWith('arn:') ? key : `arn:${Aws.PARTITION}:kms:${region}:${account}:key/${key}`,
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'],
      resources: [...new Set(arns)],
      conditions: {
        StringEquals: { 'kms:ViaService': [...new Set(destinations.map(viaEcr))] },
      },
    }),
  );
}

const viaEcr = ({ region }: Destination): string => `ecr.${region}.${Aws.URL_SUFFIX}`;
