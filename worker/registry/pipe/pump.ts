import type { Throughput } from '../throughput.ts';
import type { BlobCheck } from '../verified.ts';
import type { Connection } from './connection.ts';

export interface Pump {
  readonly from: Connection;
  readonly to: Connection;
  readonly check: BlobCheck;
  readonly skipBytes: number;
  readonly throughput: Throughput;
  /** How long the source may be silent while it is waited for. */
  readonly idleMs: number;
  /** A piece of this length is through. */
  readonly onPiece?: ((bytes: number) => void) | undefined;
}

/** Buffers read into and not yet written from, at most: two plain ones, or as many bytes of TLS records. */
const IN_FLIGHT_MAX_BYTES = 2 * 1024 * 1024;

/**
 * The body of one connection's answer becomes the body of the other's request: each slice is hashed, written
 * from the buffer it was read into, and the buffer is free when the write is through; above the limit reading
 * pauses. Resolves when all of this body is handed to the system; throws what the check or the source's connection throws.
 */
export async function pump({ from, to, check, skipBytes, throughput, idleMs, onPiece }: Pump): Promise<void> {
  let inFlightBytes = 0;
  let skip = skipBytes;
  let paused = false;
  let whole = false;
  let wrong: unknown;
  const gather = openGatherer(to);
  from.allowSilence(idleMs);
  throughput.waiting();
  await from
    .read((read, release) => {
      const slice = skip > 0 ? read.subarray(Math.min(skip, read.length)) : read;
      skip -= read.length - slice.length;
      try {
        throughput.add(read.length);
        check.add(slice);
      } catch (error) {
        wrong = error;
        from.destroy(new Error('the bytes are wrong'));
        return false;
      }
      if (slice.length === 0) {
        release();
        return true;
      }
      // The buffer counts, however little was read into it: it is what memory is used up by.
      const held = slice.buffer.byteLength;
      const { length } = slice;
      inFlightBytes += held;
      gather.next(length);
      to.write(slice, () => {
        release();
        inFlightBytes -= held;
        onPiece?.(length);
        if (paused && !whole && inFlightBytes < IN_FLIGHT_MAX_BYTES) {
          paused = false;
          from.allowSilence(idleMs);
          // How long the target kept it waiting is not the source's doing.
          throughput.waiting();
          from.resume();
        }
      });
      paused = inFlightBytes >= IN_FLIGHT_MAX_BYTES;
      // While the target is slow the source may wait for as long as the target is allowed to.
      if (paused) from.allowSilence(0);
      return !paused;
    })
    .catch((error: unknown) => {
      throw wrong ?? error;
    });
  // From here on its connection may be somebody else's.
  whole = true;
}

const SMALL_BYTES = 64 * 1024;

/** Small slices of one turn of the event loop go out in one write: TLS delivers many at once. */
function openGatherer(to: Connection): { next(lengthBytes: number): void } {
  let corked = false;
  return {
    next: (lengthBytes) => {
      if (corked || lengthBytes > SMALL_BYTES) return;
      corked = true;
      to.cork();
      setImmediate(() => {
        corked = false;
        to.uncork();
      });
    },
  };
}
