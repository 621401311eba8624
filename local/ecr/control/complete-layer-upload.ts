import type { CompleteLayerUploadResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import { hasSmallPart, SMALL_PART_TEXT } from '../upload-limits.ts';
import type { Wire } from '../wire.ts';
import { ControlError } from './control-error.ts';
import { findLayerUpload } from './find-layer-upload.ts';
import { checkLength, findRepository, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const schema = v.object({
  registryId,
  repositoryName: v.string(),
  uploadId: v.string(),
  layerDigests: v.pipe(v.array(v.string()), v.minLength(1)),
});

/** The digest is computed here, over what was received: one of those given has to be it. */
export const completeLayerUpload: Operation = async ({ world }, raw) => {
  const input = parseInput(schema, raw);
  const repository = findRepository(world, input.repositoryName);
  const { name } = repository.settings;
  const upload = findLayerUpload(world, name, input.uploadId);
  checkLength(input.layerDigests, 'layerDigests', 100);
  const where = `the repository with name '${name}' in the registry with id '${world.accountId}'`;
  if (upload.receivedBytes === 0) {
    throw new ControlError('EmptyUploadException', `The upload '${upload.id}' has no layer parts`);
  }
  const digest = await upload.digest();
  const refuse = async (type: string, message: string): Promise<ControlError> => {
    await world.layerUploads.end(upload, 'discard');
    return new ControlError(type, message);
  };
  if (hasSmallPart(upload.parts, world.uploadLimits)) {
    throw await refuse('LayerPartTooSmallException', SMALL_PART_TEXT);
  }
  const given: readonly string[] = input.layerDigests;
  if (!given.includes(digest)) {
    const message = 'None of the provided layer digests match the calculated layer digest';
    throw await refuse('InvalidLayerException', message);
  }
  if (repository.blobs.has(digest)) {
    const message = `Layer with digest '${digest}' already exists in ${where}`;
    throw await refuse('LayerAlreadyExistsException', message);
  }
  const sizeBytes = upload.receivedBytes;
  await world.layerUploads.end(upload, 'keep');
  world.state.change({ kind: 'blob', repository: name, digest, sizeBytes });
  return {
    registryId: world.accountId,
    repositoryName: name,
    uploadId: upload.id,
    layerDigest: digest,
  } satisfies Wire<CompleteLayerUploadResponse>;
};
