import {
  DescribeRepositoriesCommand,
  type DescribeRepositoriesCommandOutput,
  ListImagesCommand,
  type ListImagesCommandOutput,
} from '@aws-sdk/client-ecr';
import { type Digest, isDigest } from '../../core/oci/digest.ts';
import { type EcrRepositoryName, parseEcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import { isBelow } from '../../core/store/tracked.ts';
import type { Ecr } from './client.ts';

export interface StandingImage {
  readonly repository: EcrRepositoryName;
  readonly tag: string;
  readonly digest: Digest;
}

/** Every tag below a prefix of repositories, by name. Needs ecr:DescribeRepositories and ecr:ListImages. Throws the SDK's errors. */
export async function* listTags(
  ecr: Ecr,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<StandingImage, void, void> {
  for await (const repository of repositoriesBelow(ecr, prefix, signal)) {
    yield* tagsIn(ecr, repository, signal);
  }
}

async function* repositoriesBelow(ecr: Ecr, prefix: string, signal?: AbortSignal) {
  let nextToken: string | undefined;
  do {
    const command = new DescribeRepositoriesCommand({
      registryId: ecr.account,
      nextToken,
      maxResults: 1_000,
    });
    const page: DescribeRepositoriesCommandOutput = await ecr.client.send(command, options(signal));
    for (const { repositoryName } of page.repositories ?? []) {
      const parsed = parseEcrRepositoryName(repositoryName ?? '');
      if (parsed.ok && isBelow(parsed.name, prefix)) yield parsed.name;
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

async function* tagsIn(
  ecr: Ecr,
  repository: EcrRepositoryName,
  signal?: AbortSignal,
): AsyncGenerator<StandingImage, void, void> {
  let nextToken: string | undefined;
  do {
    const command = new ListImagesCommand({
      registryId: ecr.account,
      repositoryName: repository,
      filter: { tagStatus: 'TAGGED' },
      nextToken,
      maxResults: 1_000,
    });
    const page: ListImagesCommandOutput = await ecr.client.send(command, options(signal));
    for (const { imageDigest = '', imageTag } of page.imageIds ?? []) {
      if (imageTag !== undefined && isDigest(imageDigest))
        yield { repository, tag: imageTag, digest: imageDigest };
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

const options = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});
