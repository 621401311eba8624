import { createCipheriv, createHash } from 'node:crypto';
import type { Source } from './tar.ts';

const CIPHER_BLOCK = 16;

/**
 * Pseudo-random bytes that are a function of the seed alone: the AES-128-CTR key stream, which any
 * position can be read of because the counter is the position (NIST SP 800-38A, 6.5).
 */
export function randomContent(seed: string, sizeBytes: number): Source {
  const key = createHash('sha256').update(seed).digest().subarray(0, CIPHER_BLOCK);
  return {
    sizeBytes,
    read: (start, end) => {
      const skip = start % CIPHER_BLOCK;
      const counter = Buffer.alloc(CIPHER_BLOCK);
      counter.writeBigUInt64BE(BigInt((start - skip) / CIPHER_BLOCK), 8);
      const stream = createCipheriv('aes-128-ctr', key, counter).update(Buffer.alloc(skip + end - start));
      return stream.subarray(skip);
    },
  };
}
