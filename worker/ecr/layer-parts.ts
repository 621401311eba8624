import {
  CompleteLayerUploadCommand,
  InitiateLayerUploadCommand,
  InvalidLayerPartException,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import type { Digest } from '../../core/oci/digest.ts';
import type { EcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import type { Ecr } from './client.ts';
import { layerAvailability } from './layer-availability.ts';

/** One upload by parts of one blob, as ECR knows it. */
export interface LayerUploadAt {
  readonly repository: EcrRepositoryName;
  readonly digest: Digest;
  readonly signal: AbortSignal;
}

export interface StartedUpload {
  readonly uploadId: string;
  /** What ECR would like parts to have. */
  readonly partSizeBytes: number;
}

/** Service quotas: "Maximum layer part size", 10 MiB. */
const PART_BYTES = 10 * 1024 * 1024;
/**
 * The client's limit counts from the request's first byte to the answer's (@smithy/node-http-handler, `requestTimeout`):
 * 30 s are enough for questions, but not for 13 MB of base64 over a thin line, nor for ECR to look through a large layer,
 * which gets as long as the end of an upload in one piece does.
 */
const PART_TIMEOUT_MS = 60_000;
const COMPLETE_TIMEOUT_MS = 180_000;

export async function initiateUpload(ecr: Ecr, at: LayerUploadAt): Promise<StartedUpload> {
  const { repository, signal } = at;
  const command = new InitiateLayerUploadCommand({ registryId: ecr.account, repositoryName: repository });
  const { uploadId, partSize } = await ecr.client.send(command, { abortSignal: signal });
  if (!uploadId) throw new Error('ECR answered InitiateLayerUpload without an upload id');
  return { uploadId, partSizeBytes: partSize && partSize > 0 ? Math.min(partSize, PART_BYTES) : PART_BYTES };
}

export interface Part {
  readonly uploadId: string;
  readonly firstByte: number;
  readonly bytes: Buffer;
}

/**
 * Sends a part and resolves to how many bytes of the blob ECR has: as a rule those up to the part's end. A part that does
 * not follow what ECR has (its answer was lost, somebody else sent more) is told by ECR with the last byte it knows.
 */
export async function sendPart(ecr: Ecr, at: LayerUploadAt, part: Part): Promise<number> {
  const { uploadId, firstByte, bytes } = part;
  const command = new UploadLayerPartCommand({
    registryId: ecr.account,
    repositoryName: at.repository,
    uploadId,
    partFirstByte: firstByte,
    partLastByte: firstByte + bytes.length - 1,
    layerPartBlob: bytes,
  });
  try {
    await ecr.client.send(command, { abortSignal: at.signal, requestTimeout: PART_TIMEOUT_MS });
    return firstByte + bytes.length;
  } catch (error) {
    if (!(error instanceof InvalidLayerPartException)) throw error;
    const last = error.lastValidByteReceived;
    if (last === undefined) throw error;
    // The number cannot be below 0 (service model), so 0 is also what "nothing yet" looks like.
    const received = last <= 0 ? 0 : last + 1;
    if (received === firstByte) throw error;
    return received;
  }
}

/** `there`: the repository has the blob, whoever brought it · `gone`: ECR knows the upload no more, nor the blob. */
export async function completeUpload(
  ecr: Ecr,
  at: LayerUploadAt,
  uploadId: string,
): Promise<'there' | 'gone'> {
  const { repository, digest, signal } = at;
  const command = new CompleteLayerUploadCommand({
    registryId: ecr.account,
    repositoryName: repository,
    uploadId,
    layerDigests: [digest],
  });
  try {
    await ecr.client.send(command, { abortSignal: signal, requestTimeout: COMPLETE_TIMEOUT_MS });
    return 'there';
  } catch (error) {
    if (hasName(error, 'LayerAlreadyExistsException')) return 'there';
    if (!hasName(error, 'UploadNotFoundException')) throw error;
    // Completed before, with an answer that was lost?
    const available = await layerAvailability(ecr, { repository, digests: [digest], signal });
    return available.get(digest) === true ? 'there' : 'gone';
  }
}

export const hasName = (error: unknown, name: string): boolean =>
  error instanceof Error && error.name === name;
