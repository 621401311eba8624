import type { Config, Destination } from '../config/schema.ts';
import { prefixesOf, repositoryArns } from './arns.ts';
import { evaluate } from './evaluate.ts';
import type { PolicyDocument } from './policy-document.ts';

/** What nobody but the worker and the named administrators may do below our prefixes. */
export const ONLY_OURS = [
  'ecr:PutImage',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:BatchDeleteImage',
  'ecr:PutImageTagMutability',
  'ecr:SetRepositoryPolicy',
  // The same by other ways: an image is gone, or a policy lets others in.
  'ecr:DeleteRepositoryPolicy',
  'ecr:DeleteRepository',
  'ecr:PutLifecyclePolicy',
] as const;

/** A pull (ECR user guide, "Image pull"): the token has no resource and is asked for at home. */
export const PULL = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
] as const;

export type RegistryPolicySettings = NonNullable<Config['registryPolicy']>;

export interface RegistryPolicyInput {
  readonly destination: Pick<Destination, 'account' | 'region'>;
  readonly teams: Config['teams'];
  readonly settings: RegistryPolicySettings;
}

/** The statements for one destination. A registry has one policy: they go beside what stands there. */
export function registryPolicy({ destination, teams, settings }: RegistryPolicyInput): PolicyDocument {
  const Resource = [...repositoryArns(destination, prefixesOf({ teams }))];
  const { admins, organization, writers } = settings;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyMirrorWrites',
        Effect: 'Deny',
        Principal: '*',
        Action: [...ONLY_OURS],
        Resource,
        Condition: { ArnNotLike: { 'aws:PrincipalArn': [...writers, ...admins] } },
      },
      ...(organization === undefined
        ? []
        : [
            {
              Sid: 'OrganizationPulls',
              Effect: 'Allow' as const,
              Principal: '*' as const,
              Action: [...PULL],
              Resource,
              Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } },
            },
          ]),
    ],
  };
}

/** What a registry's policy does not do of what is wanted; empty = it stands. */
export interface PolicyGap {
  readonly action: string;
  readonly prefix: string;
  readonly kind: 'others may' | 'writer may not' | 'organization may not' | 'unknown';
}

/** `document` undefined: the registry has no policy. */
export function registryPolicyGaps(
  document: PolicyDocument | undefined,
  { destination, teams, settings }: RegistryPolicyInput,
): readonly PolicyGap[] {
  const { account } = destination;
  const judged = document ?? { Version: '2012-10-17', Statement: [] };
  const stranger = `arn:aws:iam::${account}:role/mirror-doctor-nobody`;
  return prefixesOf({ teams }).flatMap((prefix) => {
    const resource = repositoryArns(destination, [`${prefix}/app`])[0] ?? '';
    const writes = ONLY_OURS.flatMap((action): readonly PolicyGap[] => {
      const others = evaluate(judged, { principal: stranger, action, resource });
      if (others === 'unknown') return [{ action, prefix, kind: 'unknown' }];
      if (others !== 'deny') return [{ action, prefix, kind: 'others may' }];
      const stopped = settings.writers.some((arn) => {
        const principal = arn.replaceAll('*', 'x');
        return evaluate(judged, { principal, action, resource }) === 'deny';
      });
      return stopped ? [{ action, prefix, kind: 'writer may not' }] : [];
    });
    const { organization } = settings;
    if (organization === undefined) return writes;
    const abroad = 'arn:aws:iam::000000000000:role/mirror-doctor-abroad';
    const context = { 'aws:PrincipalOrgID': organization };
    const pulls = PULL.filter(
      (action) => evaluate(judged, { principal: abroad, action, resource, context }) !== 'allow',
    ).map((action): PolicyGap => ({ action, prefix, kind: 'organization may not' }));
    return [...writes, ...pulls];
  });
}
