import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';

/** How far a copy is, counted in what had to be moved. */
export interface Progress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly blobsDone: number;
  readonly blobs: number;
}

/** Adds up the blobs under way; a blob that starts over takes its bytes back. */
export function openProgress(
  blobs: readonly Descriptor[],
  onProgress: ((progress: Progress) => void) | undefined,
): { sent(blob: Descriptor, sentBytes: number): void; done(blob: Descriptor): void } {
  const sentBytes = new Map<Digest, number>(blobs.map(({ digest }) => [digest, 0]));
  const finished = new Set<Digest>();
  const totalBytes = blobs.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  let doneBytes = 0;
  const set = (digest: Digest, bytes: number): void => {
    const before = sentBytes.get(digest);
    // A blob that was thought present and is sent again after all is not part of the sum.
    if (before === undefined) return;
    sentBytes.set(digest, bytes);
    doneBytes += bytes - before;
    onProgress?.({ doneBytes, totalBytes, blobsDone: finished.size, blobs: blobs.length });
  };
  return {
    sent: ({ digest }, bytes) => set(digest, bytes),
    done: ({ digest, sizeBytes }) => {
      if (sentBytes.has(digest)) finished.add(digest);
      set(digest, sizeBytes);
    },
  };
}
