import type { ListImagesResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { tagsOf } from '../state.ts';
import type { Wire } from '../wire.ts';
import { findRepository, page, pageOf, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({
  registryId,
  repositoryName: v.string(),
  filter: v.optional(v.object({ tagStatus: v.optional(v.picklist(['TAGGED', 'UNTAGGED', 'ANY'])) })),
  ...page,
});

/** One entry a tag, one without a tag for an image that has none. */
export const listImages: Operation = ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const repository = findRepository(world, input.repositoryName);
  const tagStatus = input.filter?.tagStatus ?? 'ANY';
  const active = [...repository.images.values()].filter((image) => image.status === 'ACTIVE');
  const ids = active.flatMap(({ digest }) => {
    const tags = tagsOf(repository, digest);
    if (tags.length === 0) return tagStatus === 'TAGGED' ? [] : [{ imageDigest: digest }];
    return tagStatus === 'UNTAGGED' ? [] : tags.map((imageTag) => ({ imageDigest: digest, imageTag }));
  });
  const { items, nextToken } = pageOf(ids, input, 100);
  return { imageIds: items, ...(nextToken && { nextToken }) } satisfies Wire<ListImagesResponse>;
};
