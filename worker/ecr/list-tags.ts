import { paginateDescribeRepositories, paginateListImages } from '@aws-sdk/client-ecr';
import { type Digest, isDigest } from '../../core/oci/digest.ts';
import {
  type EcrRepositoryName,
  parseEcrRepositoryName,
  isBelow,
} from '../../core/oci/ecr-repository-name.ts';
import type { Ecr } from './client.ts';

/** As many as ECR lists at once (API reference, maxResults). */
const PAGE = 1_000;

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
  const { account: registryId, client } = ecr;
  const pages = paginateDescribeRepositories({ client, pageSize: PAGE }, { registryId }, options(signal));
  for await (const { repositories = [] } of pages) {
    for (const { repositoryName } of repositories) {
      const parsed = parseEcrRepositoryName(repositoryName ?? '');
      if (parsed.ok && isBelow(parsed.name, prefix)) yield parsed.name;
    }
  }
}

async function* tagsIn(
  ecr: Ecr,
  repository: EcrRepositoryName,
  signal?: AbortSignal,
): AsyncGenerator<StandingImage, void, void> {
  const { account: registryId, client } = ecr;
  const tagged = { registryId, repositoryName: repository, filter: { tagStatus: 'TAGGED' } } as const;
  for await (const { imageIds = [] } of paginateListImages(
    { client, pageSize: PAGE },
    tagged,
    options(signal),
  )) {
    for (const { imageDigest = '', imageTag } of imageIds) {
      if (imageTag !== undefined && isDigest(imageDigest))
        yield { repository, tag: imageTag, digest: imageDigest };
    }
  }
}

const options = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});
