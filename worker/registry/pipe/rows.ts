import type { Buffers } from './buffers.ts';

/** Memory that is read into from its beginning on, each read where the last one ended. */
interface Row {
  readonly memory: Buffer;
  /** Slices that somebody still needs. */
  users: number;
  usedBytes: number;
}

export interface RowOptions {
  /** One read brings no more than this. */
  readonly readBytes: number;
  readonly rowBytes: number;
}

/**
 * Buffers for a connection that hands over little at a time: TLS does so record by record, of at most 16 KiB each, several
 * in one turn of the event loop. Reads that follow each other lie side by side, so that they can be hashed and written as
 * one piece, without a copy.
 */
export function openRows({ readBytes, rowBytes }: RowOptions): Buffers {
  const free: Row[] = [];
  const next = (): Row => free.pop() ?? { memory: Buffer.allocUnsafeSlow(rowBytes), users: 0, usedBytes: 0 };
  return {
    sizeBytes: readBytes,
    intake: (receive) => {
      let row = next();
      const release = (used: Row): void => {
        used.users -= 1;
        if (used.users > 0) return;
        used.usedBytes = 0;
        if (used !== row) free.push(used);
      };
      return {
        buffer: () => {
          if (row.usedBytes + readBytes > rowBytes) {
            // Somebody needs it, or its last release would have emptied it.
            row = next();
          }
          return row.memory.subarray(row.usedBytes, row.usedBytes + readBytes);
        },
        callback: (count, read) => {
          const used = row;
          // Where it was read into was chosen before: a release may have emptied the row since.
          const from = read.byteOffset - used.memory.byteOffset;
          used.usedBytes = from + count;
          used.users += 1;
          return receive(used.memory.subarray(from, from + count), () => release(used));
        },
      };
    },
    heldBy: ({ length }) => length,
  };
}
