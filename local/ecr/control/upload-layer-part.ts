import type { UploadLayerPartResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import type { Wire } from '../wire.ts';
import { ControlError, invalidParameter } from './control-error.ts';
import { findLayerUpload } from './find-layer-upload.ts';
import { findRepository, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({
  registryId,
  repositoryName: v.string(),
  uploadId: v.string(),
  partFirstByte: position,
  partLastByte: position,
  // Not looked through by a pattern: ten million characters are more than one can take.
  layerPartBlob: v.string(),
});

/**
 * Parts come one after the other, none twice: also one whose answer was lost is refused when it is sent again,
 * and the refusal says how far the upload is.
 */
export const uploadLayerPart: Operation = async ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const { settings } = findRepository(world, input.repositoryName);
  const upload = findLayerUpload(world, settings.name, input.uploadId);
  const { partMaxBytes, partsMax } = world.uploadLimits;
  const part = Buffer.from(input.layerPartBlob, 'base64');
  if (part.length > partMaxBytes) {
    throw invalidParameter('layerPartBlob', `Member must have length less than or equal to ${partMaxBytes}`);
  }
  const follows = input.partFirstByte === upload.receivedBytes;
  const fits = input.partLastByte - input.partFirstByte + 1 === part.length && part.length > 0;
  if (!follows || !fits) {
    const message = follows
      ? `The layer part has ${part.length} bytes, which is not what its first and last byte say`
      : `The layer part begins at byte ${input.partFirstByte}, which does not follow the last one received`;
    const fields = {
      registryId: world.accountId,
      repositoryName: settings.name,
      uploadId: upload.id,
      // The model's minimum is 0, so nothing and one byte look alike: parts of one byte do not come first.
      lastValidByteReceived: Math.max(upload.receivedBytes - 1, 0),
    };
    throw new ControlError('InvalidLayerPartException', message, { fields });
  }
  if (upload.parts.length >= partsMax) {
    throw new ControlError('LimitExceededException', `A layer has at most ${partsMax} parts`);
  }
  await upload.add(part);
  return {
    registryId: world.accountId,
    repositoryName: settings.name,
    uploadId: upload.id,
    lastByteReceived: input.partLastByte,
  } satisfies Wire<UploadLayerPartResponse>;
};
