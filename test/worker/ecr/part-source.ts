import { Readable } from 'node:stream';
import type { PartSource } from '../../../worker/ecr/part-reader.ts';

/** A source of bytes that answers Ranges and breaks when told to. */
export interface TestSource extends PartSource {
  /** First bytes that were asked for, in order. */
  readonly asked: readonly number[];
  readonly readBytes: number;
  /** The next stream breaks off after so many of its bytes. */
  breakAfter(bytes: number): void;
  /** The next stream ends in order after so many of its bytes, as if that were all. */
  endAfter(bytes: number): void;
  /** From now on this byte is another one. */
  flip(at: number): void;
  mend(): void;
}

export function testSource(bytes: Buffer, pieceBytes = 1000): TestSource {
  const asked: number[] = [];
  let content = bytes;
  let readBytes = 0;
  let accident: { readonly kind: 'break' | 'end'; readonly after: number } | undefined;
  async function* from(offset: number): AsyncGenerator<Buffer> {
    const own = accident;
    accident = undefined;
    const end = own ? Math.min(offset + own.after, content.length) : content.length;
    for (let at = offset; at < end; at += pieceBytes) {
      const piece = content.subarray(at, Math.min(at + pieceBytes, end));
      readBytes += piece.length;
      yield piece;
    }
    if (own?.kind === 'break') throw Object.assign(new Error('broken'), { code: 'ECONNRESET' });
  }
  return {
    place: { host: 'registry.test', operation: 'get blob', repository: 'library/test' },
    asked,
    get readBytes() {
      return readBytes;
    },
    breakAfter: (after) => {
      accident = { kind: 'break', after };
    },
    endAfter: (after) => {
      accident = { kind: 'end', after };
    },
    flip: (at) => {
      content = Buffer.from(bytes);
      content.writeUInt8(content.readUInt8(at) ^ 0xff, at);
    },
    mend: () => {
      content = bytes;
    },
    readFrom: async (offset) => {
      asked.push(offset);
      // One piece at a time, as a socket's: nothing is read before it is wanted.
      return Readable.from(from(offset), { highWaterMark: 1 });
    },
  };
}
