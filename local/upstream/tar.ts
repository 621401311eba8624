import { randomContent } from './random-content.ts';

/** One file of a sample layer: readable text, or `sizeBytes` of content that does not compress. */
export type SampleFile =
  | { readonly path: string; readonly text: string; readonly mode?: number }
  | { readonly path: string; readonly sizeBytes: number; readonly mode?: number };

/** Bytes that exist only while they are read: any range can be asked for, the same answer every time. */
export interface Source {
  readonly sizeBytes: number;
  /** Bytes from `start` up to, not including, `end`; both inside the source. */
  read(start: number, end: number): Buffer;
}

const BLOCK = 512;

/** A POSIX ustar archive (IEEE Std 1003.1, pax "ustar Interchange Format") of these files, owned by root. */
export function tarOf(files: readonly SampleFile[], seed: string, modifiedAt: Date): Source {
  const parts: Source[] = [];
  for (const file of files) {
    const content =
      'text' in file ? fixed(Buffer.from(file.text)) : randomContent(`${seed}/${file.path}`, file.sizeBytes);
    parts.push(fixed(header(file, content.sizeBytes, modifiedAt)), content);
    parts.push(fixed(Buffer.alloc((BLOCK - (content.sizeBytes % BLOCK)) % BLOCK)));
  }
  parts.push(fixed(Buffer.alloc(2 * BLOCK)));
  return concatenated(parts);
}

export function fixed(bytes: Buffer): Source {
  return { sizeBytes: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

/** Several sources one after the other. */
function concatenated(sources: readonly Source[]): Source {
  const placed: { readonly from: number; readonly to: number; readonly source: Source }[] = [];
  let total = 0;
  for (const source of sources) {
    if (source.sizeBytes === 0) continue;
    placed.push({ from: total, to: total + source.sizeBytes, source });
    total += source.sizeBytes;
  }
  return {
    sizeBytes: total,
    read: (start, end) => {
      const pieces: Buffer[] = [];
      for (const { from, to, source } of placed) {
        if (to > start && from < end)
          pieces.push(source.read(Math.max(start, from) - from, Math.min(end, to) - from));
      }
      const only = pieces.length === 1 ? pieces[0] : undefined;
      return only ?? Buffer.concat(pieces);
    },
  };
}

function header(file: SampleFile, sizeBytes: number, modifiedAt: Date): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  if (Buffer.byteLength(file.path) > 100)
    throw new RangeError(`path too long for a plain tar header: ${file.path}`);
  block.write(file.path, 0);
  octal(file.mode ?? 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(sizeBytes, 124, 12);
  octal(Math.floor(modifiedAt.getTime() / 1000), 136, 12);
  block.write('        ', 148, 'latin1');
  block.write('0', 156, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  block.write('root', 265, 'latin1');
  block.write('root', 297, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
