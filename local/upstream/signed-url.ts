import { createHmac } from 'node:crypto';
import { type Digest, isDigest } from '../../core/oci/digest.ts';

/** Long enough to start a download; the registry is asked again afterwards (20 minutes in the log of go-containerregistry#1620). */
const URL_LIFE_S = 1200;

export interface UrlSigner {
  /** Path and query under which the blob origin gives this blob out, for a while. */
  sign(digest: Digest): string;
  /** The digest the URL was signed for, or why it is refused. */
  verify(
    url: URL,
  ): { readonly ok: true; readonly digest: Digest } | { readonly ok: false; readonly why: string };
}

export function createUrlSigner(key: Uint8Array, now: () => number): UrlSigner {
  const signature = (path: string, expires: string) =>
    createHmac('sha256', key).update(`${path}\n${expires}`).digest('hex');
  return {
    sign: (digest) => {
      const path = blobPath(digest);
      const expires = String(Math.floor(now() / 1000) + URL_LIFE_S);
      return `${path}?expires=${expires}&signature=${signature(path, expires)}`;
    },
    verify: (url) => {
      const expires = url.searchParams.get('expires') ?? '';
      if (url.searchParams.get('signature') !== signature(url.pathname, expires)) {
        return { ok: false, why: 'SignatureDoesNotMatch' };
      }
      if (now() >= Number(expires) * 1000) return { ok: false, why: 'Request has expired' };
      const digest = digestIn(url.pathname);
      return digest ? { ok: true, digest } : { ok: false, why: 'NoSuchKey' };
    },
  };
}

/** distribution's storage layout, which Docker Hub's blob addresses show. */
function blobPath(digest: Digest): string {
  const hex = digest.slice('sha256:'.length);
  return `/registry-v2/docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
}

/** The digest a blob address names, signed or not. */
export function digestIn(path: string): Digest | undefined {
  const digest = `sha256:${/\/([0-9a-f]{64})\/data$/.exec(path)?.[1]}`;
  return isDigest(digest) ? digest : undefined;
}
