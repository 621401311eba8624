import { createHash, type Hash } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Clock } from '../registry/clock.ts';
import { connectionError } from '../registry/connection-error.ts';
import { type ErrorPlace, RegistryError } from '../registry/errors.ts';
import { retrying } from '../registry/retry.ts';
import { abortable } from '../registry/abortable.ts';

/** Where a blob's bytes come from: the stream begins at the byte asked for and ends with the blob's last. */
export interface PartSource {
  readFrom(offsetBytes: number, signal: AbortSignal): Promise<Readable>;
  /** What errors of reading say of where they happened. */
  readonly place: ErrorPlace;
}

export interface PartReaderOptions {
  readonly source: PartSource;
  readonly blob: Descriptor;
  readonly fromByte: number;
  readonly partSizeBytes: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Cuts a blob into parts, in order. */
export interface PartReader {
  /**
   * The next part, valid until the one after the next is asked for: two buffers take turns. Call again only after it
   * has resolved. A source that breaks off is asked again at the byte it broke at. Throws RegistryError `digest mismatch`
   * instead of the last part where everything was read here and it is not what the digest says.
   */
  next(): Promise<Buffer>;
  close(): void;
}

export function openPartReader(options: PartReaderOptions): PartReader {
  const { source, blob, fromByte, partSizeBytes, clock } = options;
  const closed = new AbortController();
  const signal = AbortSignal.any([options.signal, closed.signal]);
  const buffers: Buffer[] = [];
  // What came before was hashed in a process that is gone, and a hash under way cannot be kept (node:crypto).
  const hash = fromByte === 0 ? createHash('sha256') : undefined;
  let position = fromByte;
  let turn = 0;
  let pieces: AsyncIterator<Buffer> | undefined;
  let stream: Readable | undefined;
  let rest: Buffer = Buffer.alloc(0);

  const drop = (): void => {
    stream?.destroy();
    stream = undefined;
    pieces = undefined;
    rest = Buffer.alloc(0);
  };
  const bufferFor = (bytes: number): Buffer => {
    turn = 1 - turn;
    const known = buffers[turn];
    if (known && known.length >= bytes) return known.subarray(0, bytes);
    const made = Buffer.allocUnsafeSlow(bytes);
    buffers[turn] = made;
    return made;
  };
  const read = async (): Promise<Buffer> => {
    if (rest.length > 0) return rest;
    if (!pieces) {
      stream = addAbortSignal(signal, await source.readFrom(position, signal));
      // Who reads it is told too; after the last read an error is of no interest.
      stream.on('error', () => {});
      pieces = stream[Symbol.asyncIterator]();
    }
    const piece = await pieces.next();
    if (!piece.done) return piece.value;
    const detail = `${blob.digest} ended after ${position} of ${blob.sizeBytes} bytes`;
    throw new RegistryError({ ...source.place, code: 'digest mismatch', detail, retryable: true });
  };

  return {
    next: async () => {
      const wanted = Math.min(partSizeBytes, blob.sizeBytes - position);
      const part = bufferFor(wanted);
      let filled = 0;
      const fill = async (): Promise<void> => {
        try {
          while (filled < wanted) {
            const piece = await read();
            const taken = piece.subarray(0, wanted - filled);
            rest = piece.subarray(taken.length);
            part.set(taken, filled);
            filled += taken.length;
            position += taken.length;
          }
        } catch (error) {
          drop();
          throw signal.aborted ? signal.reason : connectionError(error, source.place);
        }
      };
      // A stream that is stuck in its own source does not end because it is told to.
      await abortable(retrying(clock, fill, signal), signal);
      hash?.update(part);
      if (position === blob.sizeBytes) checkEnd(options, hash, rest.length);
      return part;
    },
    close: () => {
      closed.abort();
      drop();
    },
  };
}

function checkEnd({ blob, source }: PartReaderOptions, hash: Hash | undefined, surplusBytes: number): void {
  const got = hash && `sha256:${hash.digest('hex')}`;
  const isRight = surplusBytes === 0 && (got === undefined || got === blob.digest);
  if (isRight) return;
  const detail =
    surplusBytes > 0
      ? `${blob.digest} is more than the ${blob.sizeBytes} bytes promised`
      : `${blob.digest} was asked for, the bytes are ${got}`;
  throw new RegistryError({ ...source.place, code: 'digest mismatch', detail, retryable: true });
}
