import { isDigest } from '../../../core/oci/digest.ts';
import type { Repository, StoredImage } from '../state.ts';
import type { EcrWorld } from '../world.ts';
import { ControlError } from './control-error.ts';
import type { ImageId } from './input.ts';

/** The image an id means; undefined where there is none, or where tag and digest disagree. */
export function findImage(repository: Repository, id: ImageId): StoredImage | undefined {
  const byTag = id.imageTag === undefined ? undefined : repository.tags.get(id.imageTag);
  const digest = id.imageDigest ?? byTag;
  if (digest === undefined || !isDigest(digest)) return undefined;
  if (id.imageTag !== undefined && byTag !== digest) return undefined;
  return repository.images.get(digest);
}

/** Throws ImageNotFoundException in the service's own words. */
export function getImage(world: EcrWorld, repository: Repository, id: ImageId): StoredImage {
  const image = findImage(repository, id);
  if (image) return image;
  throw new ControlError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'} ` +
      `does not exist within the repository with name '${repository.settings.name}' in the registry with id '${world.accountId}'`,
  );
}
