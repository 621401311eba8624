import type { BatchGetImageResponse, ImageFailure } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { isDigest } from '../../../core/oci/digest.ts';
import { isEcrTag } from '../tag-rules.ts';
import type { Wire } from '../wire.ts';
import { findImage } from './find-image.ts';
import { checkLength, findRepository, type ImageId, imageId, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({
  registryId,
  repositoryName: v.string(),
  imageIds: v.array(imageId),
  acceptedMediaTypes: v.optional(v.array(v.string())),
});

/** A missing image is an entry in `failures`, not an exception. */
export const batchGetImage: Operation = ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const repository = findRepository(world, input.repositoryName);
  checkLength(input.imageIds, 'imageIds', 100);
  const images: NonNullable<Wire<BatchGetImageResponse>['images']>[number][] = [];
  const failures: Wire<ImageFailure>[] = [];
  for (const id of input.imageIds) {
    const image = findImage(repository, id);
    const accepted =
      !input.acceptedMediaTypes || (image && input.acceptedMediaTypes.includes(image.mediaType));
    if (!image || !accepted) {
      failures.push(failureOf(id, id.imageDigest !== undefined && repository.tags.has(id.imageTag ?? '')));
      continue;
    }
    images.push({
      registryId: world.accountId,
      repositoryName: repository.settings.name,
      imageId: { imageDigest: image.digest, ...(id.imageTag !== undefined && { imageTag: id.imageTag }) },
      imageManifest: image.manifest,
      imageManifestMediaType: image.mediaType,
    });
  }
  return { images, failures } satisfies Wire<BatchGetImageResponse>;
};

function failureOf(id: ImageId, tagIsElsewhere: boolean): Wire<ImageFailure> {
  const { imageDigest, imageTag } = id;
  const failure = (failureCode: NonNullable<ImageFailure['failureCode']>, failureReason: string) => ({
    imageId: id,
    failureCode,
    failureReason,
  });
  if (imageDigest === undefined && imageTag === undefined) {
    return failure('MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null');
  }
  if (imageDigest !== undefined && !isDigest(imageDigest))
    return failure('InvalidImageDigest', 'Invalid image digest');
  if (imageTag !== undefined && !isEcrTag(imageTag)) return failure('InvalidImageTag', 'Invalid image tag');
  if (tagIsElsewhere) return failure('ImageTagDoesNotMatchDigest', 'The tag refers to another image');
  return failure('ImageNotFound', 'Requested image not found');
}
