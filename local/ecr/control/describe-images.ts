import type { DescribeImagesResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { tagsOf } from '../state.ts';
import type { Wire } from '../wire.ts';
import { invalidParameter } from './control-error.ts';
import { getImage } from './find-image.ts';
import { imageDetail } from './image-detail.ts';
import { checkLength, findRepository, imageId, page, pageOf, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({
  registryId,
  repositoryName: v.string(),
  imageIds: v.optional(v.array(imageId)),
  filter: v.optional(
    v.object({
      tagStatus: v.optional(v.picklist(['TAGGED', 'UNTAGGED', 'ANY'])),
      imageStatus: v.optional(v.picklist(['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY'])),
    }),
  ),
  ...page,
});

/** A listing hides archived images unless asked for them; an image asked for by its id is always shown. */
export const describeImages: Operation = ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const repository = world.described.of(findRepository(world, input.repositoryName));
  if (input.imageIds !== undefined) {
    checkLength(input.imageIds, 'imageIds', 100);
    if (input.maxResults !== undefined || input.nextToken !== undefined) {
      throw invalidParameter('maxResults', 'must not be set together with imageIds');
    }
    const images = input.imageIds.map((id) => getImage(world, repository, id));
    const imageDetails = [...new Set(images)].map((image) => imageDetail(world, repository, image));
    return { imageDetails } satisfies Wire<DescribeImagesResponse>;
  }
  const { tagStatus = 'ANY', imageStatus = 'ACTIVE' } = input.filter ?? {};
  const shown = [...repository.images.values()].filter((image) => {
    const tagged = tagsOf(repository, image.digest).length > 0;
    const byTag = tagStatus === 'ANY' || tagged === (tagStatus === 'TAGGED');
    return byTag && (imageStatus === 'ANY' || image.status === imageStatus);
  });
  const { items, nextToken } = pageOf(shown, input, 100);
  const imageDetails = items.map((image) => imageDetail(world, repository, image));
  return { imageDetails, ...(nextToken && { nextToken }) } satisfies Wire<DescribeImagesResponse>;
};
