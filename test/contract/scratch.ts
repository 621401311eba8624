import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import type { ScratchNames } from './check.ts';
import type { ContractPlace } from './run-checks.ts';

export interface Scratch {
  readonly place: ContractPlace;
  /** Deletes the repositories that were created here, and no others; throws with the names of those that stay. */
  remove(): Promise<void>;
}

/**
 * Creates the repositories for the checks below a name of which nothing is there yet. Throws, with everything removed
 * that it made, where something is.
 */
export async function createScratch(
  sdk: ECRClient,
  prefix: string,
  wait: ContractPlace['wait'],
): Promise<Scratch> {
  const names: ScratchNames = {
    mutable: `${prefix}/mutable`,
    immutable: `${prefix}/immutable`,
    other: `${prefix}/other`,
    missing: `${prefix}/missing`,
  };
  const created: string[] = [];
  const strays: string[] = [];
  const remove = async (): Promise<void> => {
    const left: string[] = [];
    for (const repositoryName of created.splice(0)) {
      const gone = sdk.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
      await gone.catch((error: Error) => left.push(`${repositoryName} (${error.name})`));
    }
    for (const repositoryName of strays.splice(0)) {
      const gone = sdk.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
      await gone.catch((error: Error) => {
        if (!NOT_THERE.includes(error.name)) left.push(`${repositoryName} (${error.name})`);
      });
    }
    if (left.length > 0) throw new Error(`these repositories could not be deleted: ${left.join(', ')}`);
  };
  try {
    await refuseExisting(sdk, names.missing);
    // Creations that are to be refused; where they are not, that is a difference, and something to delete.
    strays.push(names.missing, misspelt(names));
    const token = await sdk.send(new GetAuthorizationTokenCommand({}));
    let host = '';
    for (const repositoryName of [names.mutable, names.immutable, names.other]) {
      const imageTagMutability = repositoryName === names.immutable ? 'IMMUTABLE' : 'MUTABLE';
      const { repository } = await sdk.send(
        new CreateRepositoryCommand({ repositoryName, imageTagMutability }),
      );
      created.push(repositoryName);
      host = repository?.repositoryUri?.split('/')[0] ?? host;
    }
    const authorization = `Basic ${token.authorizationData?.[0]?.authorizationToken ?? ''}`;
    const scheme = /^(127\.0\.0\.1|localhost):/.test(host) ? 'http' : 'https';
    return { place: { sdk, origin: `${scheme}://${host}`, authorization, names, wait }, remove };
  } catch (error) {
    await remove().catch((left: Error) => {
      throw new AggregateError(
        [error, left],
        `${error instanceof Error ? error.message : error}; ${left.message}`,
      );
    });
    throw error;
  }
}

const NOT_THERE = ['RepositoryNotFoundException', 'InvalidParameterException'];

/** A name that ECR does not take: two separators in a row. */
export const misspelt = ({ missing }: ScratchNames): string => `${missing}--a`;

async function refuseExisting(sdk: ECRClient, repositoryName: string): Promise<void> {
  const there = await sdk.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })).then(
    () => true,
    (error: Error) => {
      if (error.name === 'RepositoryNotFoundException') return false;
      throw error;
    },
  );
  if (there) throw new Error(`${repositoryName} is there already: name a prefix that nobody uses`);
}
