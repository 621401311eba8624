import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import { type ErrorPlace, RegistryError } from './errors.ts';

/**
 * The source's bytes, unchanged. The piece that completes the size is let go only after the digest has
 * been found right, so bytes that are too few, too many or wrong never reach their end anywhere.
 */
export async function* verified(
  source: Readable,
  blob: Descriptor,
  place: ErrorPlace,
): AsyncGenerator<Buffer> {
  const check = blobCheck(blob, place);
  for await (const chunk of source) {
    check.add(chunk);
    yield chunk;
  }
  check.end();
}

/** Counts and hashes a blob's bytes as they pass. Both throw a RegistryError `digest mismatch`, worth one more try. */
export interface BlobCheck {
  /** Before the piece is let go. */
  add(piece: Buffer): void;
  /** After the last piece. */
  end(): void;
  /** So far. */
  readonly bytes: number;
}

export function blobCheck({ digest, sizeBytes }: Descriptor, place: ErrorPlace): BlobCheck {
  const hash = createHash('sha256');
  let total = 0;
  const check = (): void => {
    const got = `sha256:${hash.digest('hex')}`;
    if (got !== digest) throw mismatch(place, `${digest} was asked for, the bytes are ${got}`);
  };
  return {
    add: (piece) => {
      total += piece.length;
      if (total > sizeBytes) throw mismatch(place, `${digest} is more than the ${sizeBytes} bytes promised`);
      hash.update(piece);
      if (total === sizeBytes && piece.length > 0) check();
    },
    get bytes() {
      return total;
    },
    end: () => {
      if (total < sizeBytes) throw mismatch(place, `${digest} ended after ${total} of ${sizeBytes} bytes`);
      if (sizeBytes === 0) check();
    },
  };
}

function mismatch(place: ErrorPlace, detail: string): RegistryError {
  return new RegistryError({ ...place, code: 'digest mismatch', detail, retryable: true });
}
