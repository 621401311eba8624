import { type Digest, digestOf } from '../../core/oci/digest.ts';
import { fixed, type Source } from './tar.ts';

/** A manifest as a registry keeps it: bytes and the type they were pushed with. */
export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** An image while it is put together. */
export interface Parts {
  readonly manifests: StoredManifest[];
  readonly blobs: Map<Digest, Source>;
}

/** Pretty-printed, as both tools do: who parses and writes it again gets another digest. */
export function addManifest(parts: Parts, mediaType: string, content: object): StoredManifest {
  const indent = mediaType.includes('.oci.') ? 2 : 3;
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }, null, indent));
  const manifest = { digest: digestOf(bytes), mediaType, bytes };
  parts.manifests.push(manifest);
  return manifest;
}

/** A JSON blob, compact as configurations are. */
export function addBlob(parts: Parts, content: object): { readonly digest: Digest; readonly size: number } {
  const bytes = Buffer.from(JSON.stringify(content));
  const digest = digestOf(bytes);
  parts.blobs.set(digest, fixed(bytes));
  return { digest, size: bytes.length };
}

export const pointTo = (manifest: StoredManifest) => ({
  mediaType: manifest.mediaType,
  digest: manifest.digest,
  size: manifest.bytes.length,
});
