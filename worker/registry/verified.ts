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
  { digest, sizeBytes }: Descriptor,
  place: ErrorPlace,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let total = 0;
  const check = (): void => {
    const got = `sha256:${hash.digest('hex')}`;
    if (got !== digest) throw mismatch(place, `${digest} was asked for, the bytes are ${got}`);
  };
  for await (const chunk of source) {
    total += chunk.length;
    if (total > sizeBytes) throw mismatch(place, `${digest} is more than the ${sizeBytes} bytes promised`);
    hash.update(chunk);
    if (total === sizeBytes && chunk.length > 0) check();
    yield chunk;
  }
  if (total < sizeBytes) throw mismatch(place, `${digest} ended after ${total} of ${sizeBytes} bytes`);
  if (sizeBytes === 0) check();
}

function mismatch(place: ErrorPlace, detail: string): RegistryError {
  return new RegistryError({ ...place, code: 'digest mismatch', detail, retryable: true });
}
