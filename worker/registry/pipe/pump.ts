import type { Throughput } from '../throughput.ts';
import type { BlobCheck } from '../verified.ts';
import type { Connection } from './connection.ts';
import { type Gathered, openGatherer } from './gatherer.ts';

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

/** Read and not yet written, at most: two plain buffers, or as many bytes of TLS records. */
const IN_FLIGHT_MAX_BYTES = 2 * 1024 * 1024;

/**
 * The body of one connection's answer becomes the body of the other's request: what was read is hashed, written from
 * where it was read into, and the place is free when the write is through; above the limit reading pauses. Resolves when
 * all of this body is handed to the system; throws what the check or the source's connection throws.
 */
export async function pump({ from, to, check, skipBytes, throughput, idleMs, onPiece }: Pump): Promise<void> {
  let inFlightBytes = 0;
  let writes = 0;
  let skip = skipBytes;
  let paused = false;
  let whole = false;
  let wrong: unknown;
  const send = ({ bytes, heldBytes, release }: Gathered): void => {
    check.add(bytes);
    writes += 1;
    to.write(bytes, () => {
      writes -= 1;
      release();
      inFlightBytes -= heldBytes;
      onPiece?.(bytes.length);
      gatherer.turn();
      if (!paused || whole || inFlightBytes >= IN_FLIGHT_MAX_BYTES) return;
      paused = false;
      from.allowSilence(idleMs);
      // How long the target kept it waiting is not the source's doing.
      throughput.waiting();
      from.resume();
    });
  };
  const fail = (error: unknown): void => {
    wrong ??= error;
    from.destroy(new Error('the bytes are wrong'));
  };
  const gatherer = openGatherer({ send, fail, isBusy: () => writes > 0 });
  from.allowSilence(idleMs);
  throughput.waiting();
  try {
    await from.read((read, release) => {
      const bytes = skip > 0 ? read.subarray(Math.min(skip, read.length)) : read;
      skip -= read.length - bytes.length;
      if (bytes.length === 0) {
        release();
        return true;
      }
      const heldBytes = from.heldBy(read);
      inFlightBytes += heldBytes;
      try {
        throughput.add(read.length);
        gatherer.add({ bytes, heldBytes, release });
      } catch (error) {
        fail(error);
        return false;
      }
      paused = inFlightBytes >= IN_FLIGHT_MAX_BYTES;
      // While the target is slow the source may wait for as long as the target is allowed to.
      if (paused) from.allowSilence(0);
      return !paused;
    });
  } catch (error) {
    wrong ??= error;
  }
  // From here on its connection may be somebody else's.
  whole = true;
  // What came before it broke is good: the next download goes on behind it.
  gatherer.flush();
  if (wrong !== undefined) throw wrong;
}
