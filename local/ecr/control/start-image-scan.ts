import type { StartImageScanResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { isIndexType } from '../../../core/oci/media-type.ts';
import type { Wire } from '../wire.ts';
import { ControlError } from './control-error.ts';
import { getImage } from './find-image.ts';
import { findRepository, imageId, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({ registryId, repositoryName: v.string(), imageId });
const DAY_MS = 24 * 60 * 60 * 1000;

/** Basic scanning only; the scan on push counts as the one scan of the day. */
export const startImageScan: Operation = ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const repository = findRepository(world, input.repositoryName);
  const image = getImage(world, repository, input.imageId);
  if (world.state.scanning.scanType === 'ENHANCED')
    throw new ControlError('ValidationException', 'This feature is disabled');
  if (isIndexType(image.mediaType)) {
    throw new ControlError(
      'UnsupportedImageTypeException',
      `An artifact with media type '${image.mediaType}' cannot be scanned. Only images are supported.`,
    );
  }
  if (image.status === 'ARCHIVED') throw new ControlError('ImageArchivedException', 'The image is archived');
  const now = world.now();
  if (image.scanStartedAt !== undefined && now - image.scanStartedAt < DAY_MS) {
    throw new ControlError(
      'LimitExceededException',
      'The scan quota per image has been exceeded. Wait and try again.',
    );
  }
  const { name } = repository.settings;
  world.state.change({ kind: 'scan', repository: name, digest: image.digest, at: now });
  world.events.scanStarted({ repository: name, digest: image.digest });
  return {
    registryId: world.accountId,
    repositoryName: name,
    imageId: { ...input.imageId, imageDigest: image.digest },
    imageScanStatus: { status: 'IN_PROGRESS' },
  } satisfies Wire<StartImageScanResponse>;
};
