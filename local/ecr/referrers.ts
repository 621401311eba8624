import type { Digest } from '../../core/oci/digest.ts';
import { parseStoredManifest } from './data/manifest-document.ts';
import type { Repository } from './state.ts';

/** A manifest whose `subject` is another one, as a descriptor of the distribution specification. */
export interface Referrer {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** In the order in which they were pushed; archived ones do not count. */
export function referrersOf(repository: Repository, subject: Digest): readonly Referrer[] {
  return [...repository.images.values()].flatMap((image) => {
    const manifest = parseStoredManifest(image.manifest);
    if (manifest.subject?.digest !== subject || image.status !== 'ACTIVE') return [];
    return {
      mediaType: image.mediaType,
      digest: image.digest,
      size: Buffer.byteLength(image.manifest),
      artifactType: image.artifactType,
      annotations: manifest.annotations,
    };
  });
}
