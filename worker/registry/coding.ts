import { type Readable, pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { BodyTooLarge, readUpTo } from './body.ts';
import { type Headers, headerText } from './headers.ts';

/** A proxy has answered in a coding that it was not asked for and that is not known here. */
export class UnknownCoding extends Error {
  constructor(coding: string) {
    super(`the answer is in the coding "${coding.slice(0, 40)}", though it was asked for as it is`);
    this.name = 'UnknownCoding';
  }
}

/**
 * The coding of an answer's bytes, or undefined. We ask for `identity`, and proxies that compress answer to everything
 * with gzip all the same; what a digest is of is what was before that (RFC 9110, 8.4).
 */
export function codingOf(headers: Headers): string | undefined {
  const coding = headerText(headers, 'content-encoding')?.trim().toLowerCase();
  return coding === '' || coding === 'identity' ? undefined : coding;
}

/** The bytes without their coding; ending either ends both. Throws UnknownCoding. */
export function decoded(body: Readable, coding: string): Readable {
  const decoder = decoderOf(coding);
  // Its error is the decoder's too, which whoever reads will see.
  pipeline(body, decoder, () => {});
  return decoder;
}

/** As decoded(), of bytes that are here; throws BodyTooLarge above the limit, however small they were before. */
export async function decodedBytes(bytes: Buffer, coding: string, limitBytes: number): Promise<Buffer> {
  const decoder = decoderOf(coding);
  decoder.end(bytes);
  const { bytes: all, whole } = await readUpTo(decoder, limitBytes);
  if (!whole) throw new BodyTooLarge(limitBytes);
  return all;
}

function decoderOf(coding: string): Transform {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      throw new UnknownCoding(coding);
  }
}
