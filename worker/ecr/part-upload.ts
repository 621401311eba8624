import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import type { EcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import type { Clock } from '../registry/clock.ts';
import { isRegistryError } from '../registry/errors.ts';
import type { Ecr } from './client.ts';
import { completeUpload, hasName, initiateUpload, type LayerUploadAt, sendPart } from './layer-parts.ts';
import { openPartReader, type PartReader, type PartSource } from './part-reader.ts';

/** How far an upload by parts is, as data that can be kept: another process goes on with it at its last byte. */
export interface PartProgress {
  /** Of the blob: what was kept for another one is not used. */
  readonly digest: Digest;
  readonly uploadId: string;
  readonly partSizeBytes: number;
  /** What ECR has confirmed. It may have more: then it says so at the next part. */
  readonly sentBytes: number;
}

export interface PartUpload {
  readonly repository: EcrRepositoryName;
  readonly blob: Descriptor;
  readonly source: PartSource;
  /** From an earlier run, maybe of another process. */
  readonly progress?: PartProgress | undefined;
  /** After each part that ECR has confirmed, and at a start from the beginning. */
  readonly onProgress?: ((progress: PartProgress) => void) | undefined;
  /** The time is nearly up: the part under way is ended, no other begun. */
  readonly stop: AbortSignal;
  /** Ends everything at once, by throwing its reason. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export type PartUploadEnd =
  /** The repository has the blob. */
  | { readonly kind: 'done' }
  /** Missing progress: nothing was begun. */
  | { readonly kind: 'stopped'; readonly progress: PartProgress | undefined };

/**
 * Brings a blob into ECR by parts, for where no single request lasts long enough. In memory are two parts at most: one on
 * its way to ECR, one being read.
 *
 * Whose bytes they are is verified twice over. ECR computes the digest over all parts that it received, from whichever
 * process, and CompleteLayerUpload is given exactly the one that was asked for: other bytes never become a blob (API
 * reference, InvalidLayerException). Where the first byte was read in this run, the hash is computed here as well, and the
 * last part is not sent before it is right; that also says which side is to blame. The state of a hash cannot be kept
 * across processes, and to read the beginning again would cost what is to be saved: a run that goes on with another's
 * upload leaves the check to ECR, and when ECR finds it wrong, the blob is sent once more from its first byte.
 *
 * Throws the SDK's errors, and RegistryError for the source. Each cause for another start (the upload is gone, its bytes
 * were wrong, it cannot be completed any more) counts once.
 */
export async function uploadByParts(ecr: Ecr, job: PartUpload): Promise<PartUploadEnd> {
  const startedOver = new Set<string>();
  let progress = job.progress?.digest === job.blob.digest ? job.progress : undefined;
  for (;;) {
    try {
      return await run(ecr, job, progress);
    } catch (error) {
      job.signal.throwIfAborted();
      const cause = causeToStartOver(error);
      if (cause === undefined || startedOver.has(cause)) throw error;
      startedOver.add(cause);
      progress = undefined;
    }
  }
}

class UploadGone extends Error {}

function causeToStartOver(error: unknown): string | undefined {
  if (error instanceof UploadGone || hasName(error, 'UploadNotFoundException')) return 'upload gone';
  if (hasName(error, 'InvalidLayerException') || isRegistryError(error, 'digest mismatch'))
    return 'wrong bytes';
  // ECR tells of a small part only at the end, and no part can be taken back: whoever goes on meets it every time.
  if (hasName(error, 'LayerPartTooSmallException')) return 'small part';
  return undefined;
}

async function run(ecr: Ecr, job: PartUpload, before: PartProgress | undefined): Promise<PartUploadEnd> {
  const { repository, blob, stop, signal } = job;
  const { digest, sizeBytes } = blob;
  const at: LayerUploadAt = { repository, digest, signal };
  if (stop.aborted) return { kind: 'stopped', progress: before };
  let progress = before ?? (await begin(ecr, job, at));
  for (let row = 0; progress.sentBytes < sizeBytes; row += 1) {
    if (row === ROWS_MAX) throw new Error(`somebody else writes to the upload of ${digest} as well`);
    const parts = partsFrom(job, progress);
    try {
      progress = await sendRow(ecr, { job, at, parts }, progress);
    } finally {
      parts.close();
    }
    if (stop.aborted && progress.sentBytes < sizeBytes) return { kind: 'stopped', progress };
  }
  const end = await completeUpload(ecr, at, progress.uploadId);
  if (end === 'gone') throw new UploadGone(`ECR does not know the upload of ${digest} any more`);
  return { kind: 'done' };
}

async function begin(ecr: Ecr, { blob, onProgress }: PartUpload, at: LayerUploadAt): Promise<PartProgress> {
  const { uploadId, partSizeBytes: asked } = await initiateUpload(ecr, at);
  // Above what 4,200 parts of the usual size hold, parts grow; UploadLayerPart takes up to 20 MiB.
  const partSizeBytes = Math.min(Math.max(asked, Math.ceil(blob.sizeBytes / PARTS_MAX)), PART_MAX_BYTES);
  const progress = { digest: blob.digest, uploadId, partSizeBytes, sentBytes: 0 };
  onProgress?.(progress);
  return progress;
}

/** A new row where ECR has other bytes than we have sent: once after a lost answer, never so often. */
const ROWS_MAX = 10;
/** Service quotas, "Layer parts"; API reference, UploadLayerPart. */
const PARTS_MAX = 4200;
const PART_MAX_BYTES = 20 * 1024 * 1024;

function partsFrom({ source, blob, clock, signal, stop }: PartUpload, progress: PartProgress): PartReader {
  const { sentBytes: fromByte, partSizeBytes } = progress;
  const either = AbortSignal.any([signal, stop]);
  return openPartReader({ source, blob, fromByte, partSizeBytes, clock, signal: either });
}

interface Row {
  readonly job: PartUpload;
  readonly at: LayerUploadAt;
  readonly parts: PartReader;
}

/** Sends parts in a row until the blob's end, a stop, or ECR having another last byte than we have sent. */
async function sendRow(ecr: Ecr, { job, at, parts }: Row, before: PartProgress): Promise<PartProgress> {
  const { blob, stop, signal, onProgress } = job;
  let progress = before;
  let next = parts.next();
  while (progress.sentBytes < blob.sizeBytes) {
    const bytes = await next.catch((error: unknown) => {
      signal.throwIfAborted();
      if (stop.aborted) return undefined;
      throw error;
    });
    if (!bytes || stop.aborted) return progress;
    const { uploadId, sentBytes: firstByte } = progress;
    const end = firstByte + bytes.length;
    if (end < blob.sizeBytes) next = ahead(parts);
    const sentBytes = await sendPart(ecr, at, { uploadId, firstByte, bytes });
    progress = { ...progress, sentBytes };
    onProgress?.(progress);
    if (sentBytes !== end) return progress;
  }
  return progress;
}

/** Read while the part before is on its way; a failure is told when the part is asked for. */
function ahead(parts: PartReader): Promise<Buffer> {
  const next = parts.next();
  next.catch(() => {});
  return next;
}
