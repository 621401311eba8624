import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DescribeRepositoriesCommand,
  type Repository,
} from '@aws-sdk/client-ecr';
import type { EcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import type { Ecr } from './client.ts';
import { describeEcrError, type EcrProblem } from './errors.ts';
import {
  type Drift,
  driftOf,
  type FoundSettings,
  type RepositorySettings,
  settingsOf,
} from './repository-settings.ts';

export type EnsuredRepository =
  | {
      readonly kind: 'ready';
      /** Registry host, with a port where there is one: the place to push to. */
      readonly host: string;
      /** `host/repository`. */
      readonly repositoryUri: string;
      readonly created: boolean;
      readonly settings: FoundSettings;
      /** Of a repository that was there before; it is told, never changed. */
      readonly drift: readonly Drift[];
    }
  /** It is not there, and this worker may not create it (ecr:CreateRepository, or ecr:TagResource for its tags). */
  | { readonly kind: 'mayNotCreate'; readonly permission: Extract<EcrProblem, { kind: 'permission' }> };

export interface EnsureRepository {
  readonly repository: EcrRepositoryName;
  readonly settings: RepositorySettings;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes sure the repository is there before the first upload: ECR answers an upload into a missing one with
 * a closed connection as often as with an error (aws/containers-roadmap#1970).
 * Any problem but the missing right to create is thrown as the SDK's error.
 */
export async function ensureRepository(ecr: Ecr, wanted: EnsureRepository): Promise<EnsuredRepository> {
  const found = await findRepository(ecr, wanted);
  if (found) return ready(found, false, wanted.settings);
  try {
    const created = await create(ecr, wanted);
    return ready(created, true, wanted.settings);
  } catch (error) {
    // Somebody was faster, or our own first try had worked and its answer was lost.
    if (nameOf(error) === 'RepositoryAlreadyExistsException') {
      const theirs = await findRepository(ecr, wanted);
      if (theirs) return ready(theirs, false, wanted.settings);
    }
    const problem = describeEcrError(error, {
      ...ecr,
      repository: wanted.repository,
      action: 'ecr:CreateRepository',
    });
    if (problem.kind === 'permission') return { kind: 'mayNotCreate', permission: problem };
    throw error;
  }
}

/** Where the registry is, read from a repository; undefined where it is not there. */
export async function findRepository(
  ecr: Ecr,
  { repository, signal }: Pick<EnsureRepository, 'repository' | 'signal'>,
): Promise<Repository | undefined> {
  const command = new DescribeRepositoriesCommand({
    registryId: ecr.account,
    repositoryNames: [repository],
  });
  try {
    const { repositories = [] } = await ecr.client.send(command, signal ? { abortSignal: signal } : {});
    return repositories[0];
  } catch (error) {
    if (nameOf(error) === 'RepositoryNotFoundException') return undefined;
    throw error;
  }
}

async function create(ecr: Ecr, { repository, settings, signal }: EnsureRepository): Promise<Repository> {
  const { tagMutability, mutableTags, scanOnPush, encryption } = settings;
  const tags = Object.entries(settings.tags).map(([Key, Value]) => ({ Key, Value }));
  const filters = mutableTags.map((filter) => ({ filterType: 'WILDCARD' as const, filter }));
  const input: CreateRepositoryCommandInput = {
    registryId: ecr.account,
    repositoryName: repository,
    imageTagMutability: tagMutability,
    ...(tagMutability === 'IMMUTABLE_WITH_EXCLUSION' && { imageTagMutabilityExclusionFilters: filters }),
    imageScanningConfiguration: { scanOnPush },
    ...(encryption && {
      encryptionConfiguration: {
        encryptionType: encryption.type,
        ...(encryption.key !== undefined && { kmsKey: encryption.key }),
      },
    }),
    ...(tags.length > 0 && { tags }),
  };
  const options = signal ? { abortSignal: signal } : {};
  const { repository: created } = await ecr.client.send(new CreateRepositoryCommand(input), options);
  if (!created) throw new Error('ECR answered CreateRepository without the repository');
  return created;
}

function ready(repository: Repository, created: boolean, wanted: RepositorySettings): EnsuredRepository {
  const { repositoryUri = '' } = repository;
  const host = repositoryUri.slice(0, repositoryUri.indexOf('/'));
  if (host === '') throw new Error('ECR described a repository without its address');
  const settings = settingsOf(repository);
  return {
    kind: 'ready',
    host,
    repositoryUri,
    created,
    settings,
    drift: created ? [] : driftOf(wanted, settings),
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
