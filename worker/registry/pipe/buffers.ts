import type { OnReadOpts } from 'node:net';

/** A slice of a buffer; `release` exactly once, when nobody needs its bytes any more. */
export type Receive = (slice: Buffer, release: () => void) => boolean;

/** Buffers that connections read into, each used again when what it held has been written. */
export interface Buffers {
  /** One read brings no more than this. */
  readonly sizeBytes: number;
  /** For one connection: `receive` gets each slice read; false pauses reading. */
  intake(receive: Receive): OnReadOpts;
  /** How much memory is kept from other use until the slice is released. */
  heldBy(slice: Buffer): number;
}

/**
 * Reading into the same few buffers and writing from them spares an allocation and a copy a piece, which is most of what
 * a stream costs. Another buffer is made where none is free: even a paused connection may hand over more.
 */
export function openBuffers(sizeBytes: number): Buffers {
  const free: Buffer[] = [];
  return {
    sizeBytes,
    intake: (receive) => ({
      buffer: () => free.pop() ?? Buffer.allocUnsafeSlow(sizeBytes),
      callback: (count, read) => {
        const whole = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
        return receive(whole.subarray(0, count), () => free.push(whole));
      },
    }),
    // However little was read into it, nothing else is.
    heldBy: () => sizeBytes,
  };
}
