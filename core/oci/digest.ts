import { createHash } from 'node:crypto';

declare const digestBrand: unique symbol;

/**
 * The identity of bytes: `sha256:` and 64 lower-case hex digits.
 * OCI image-spec descriptor.md "Digests". Other algorithms are refused: ECR stores sha256 only.
 */
export type Digest = `sha256:${string}` & { readonly [digestBrand]: true };

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** Text to Digest; throws a RangeError on anything but a full lower-case sha256 digest. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new RangeError(`not a sha256 digest: ${text.slice(0, 100)}`);
}

export function digestOf(bytes: Uint8Array): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

/** Without the algorithm, as in tags that are named after a digest. */
export const digestHex = (digest: Digest): string => digest.slice('sha256:'.length);

/** The first 12 hex digits, as used in suffix tags. */
export const digestPrefix = (digest: Digest): string => digestHex(digest).slice(0, 12);

/** `sha256:8f33…c7a2`, for people. */
export function shortDigest(digest: Digest): string {
  return `${digest.slice(0, 11)}…${digest.slice(-4)}`;
}
