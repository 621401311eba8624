import type { Repository as RepositoryOutput } from '@aws-sdk/client-ecr';
import type { RepositorySettings } from '../state.ts';
import { seconds, type Wire } from '../wire.ts';
import { repositoryArn } from '../world.ts';
import type { ControlContext } from './operation.ts';

export function repositoryShape({ world, registryHost }: ControlContext, settings: RepositorySettings) {
  const { name, exclusions, encryption } = settings;
  return {
    repositoryArn: repositoryArn(world, name),
    registryId: world.accountId,
    repositoryName: name,
    repositoryUri: `${registryHost}/${name}`,
    createdAt: seconds(settings.createdAt),
    imageTagMutability: settings.mutability,
    ...(exclusions.length > 0 && { imageTagMutabilityExclusionFilters: exclusionShape(exclusions) }),
    imageScanningConfiguration: { scanOnPush: settings.scanOnPush },
    encryptionConfiguration: encryption,
  } satisfies Wire<RepositoryOutput>;
}

export const exclusionShape = (exclusions: readonly string[]) =>
  exclusions.map((filter) => ({ filterType: 'WILDCARD' as const, filter }));
