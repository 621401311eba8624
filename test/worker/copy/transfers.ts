import { socketTransfer } from '../../../worker/copy/socket-transfer.ts';
import { type BlobTransfer, streamBlob } from '../../../worker/copy/transfer.ts';

/** The pipe alone: handing over to undici fails the test. */
export const socketsOnly: BlobTransfer = (job) =>
  socketTransfer({
    ...job,
    source: { ...job.source, openBlob: () => Promise.reject(new Error('handed over to undici')) },
  });

/** Each way a blob can take: what holds for one has to hold for all. */
export const TRANSFERS: readonly (readonly [string, BlobTransfer])[] = [
  ['undici', streamBlob],
  ['sockets', socketsOnly],
];
