import { NotForPipe } from '../registry/pipe/pipe-error.ts';
import { type BlobTransfer, streamBlob } from './transfer.ts';

/**
 * Over sockets of our own, from the buffer it was read into. What that way does not read (chunked answers, other
 * protocols) is known before a byte was sent, and goes through undici.
 */
export const socketTransfer: BlobTransfer = async (job) => {
  const { source, target, blob, onBytes, mountFrom, signal } = job;
  const { pipe } = source;
  if (!pipe || !target.pipe) return streamBlob(job);
  try {
    await target.pipe.put(blob, {
      open: (options) => pipe.open(blob, options),
      place: { host: source.host, operation: 'get blob', repository: source.name },
      onBytes,
      mountFrom,
      signal,
    });
  } catch (error) {
    if (!(error instanceof NotForPipe)) throw error;
    await streamBlob(job);
  }
};
