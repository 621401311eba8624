import type { Readable } from 'node:stream';

/** A body that does not end where it should have. */
export class BodyTooLarge extends Error {
  readonly code = 'body too large';
  constructor(limitBytes: number) {
    super(`the answer is larger than ${limitBytes} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/** A body as far as it was read. */
export interface Read {
  readonly bytes: Buffer;
  readonly whole: boolean;
}

export const EXPLANATION_MAX_BYTES = 64 * 1024;

/** The whole body; stops reading and throws BodyTooLarge above the limit, whatever Content-Length promised. */
export async function readLimited(body: Readable, limitBytes: number): Promise<Buffer> {
  const { bytes, whole } = await readUpTo(body, limitBytes);
  if (!whole) throw new BodyTooLarge(limitBytes);
  return bytes;
}

/** What explains a refusal: the beginning is enough, and a cut one must not hide the status. */
export async function readCapped(body: Readable): Promise<Buffer> {
  try {
    return (await readUpTo(body, EXPLANATION_MAX_BYTES)).bytes;
  } catch {
    return Buffer.alloc(0);
  }
}

export async function readUpTo(body: Readable, limitBytes: number): Promise<Read> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    // Leaving the loop destroys the body and with it the connection.
    if (total > limitBytes) return { bytes: Buffer.concat(chunks), whole: false };
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), whole: true };
}
