import { MEDIA_TYPE } from '../../core/oci/media-type.ts';
import { cosignTags } from '../../core/oci/referrer.ts';
import { addBlob, addManifest, type Parts, pointTo, type StoredManifest } from './documents.ts';
import type { SampleReferrer } from './sample.ts';

/** A referrer as its registry keeps it. */
export interface BuiltReferrer {
  readonly manifest: StoredManifest;
  readonly subject: StoredManifest;
  readonly artifactType: string;
  /** cosign's, where it is found by that. */
  readonly tag?: string;
}

const TYPES: Readonly<Record<SampleReferrer['what'], { readonly artifact: string; readonly layer: string }>> =
  {
    signature: {
      artifact: 'application/vnd.dev.cosign.artifact.sig.v1+json',
      layer: 'application/vnd.dev.cosign.simplesigning.v1+json',
    },
    sbom: { artifact: 'application/spdx+json', layer: 'application/spdx+json' },
    attestation: { artifact: 'application/vnd.in-toto+json', layer: 'application/vnd.in-toto+json' },
  };
const SUFFIX = { signature: 'sig', sbom: 'sbom', attestation: 'att' } as const;
const EMPTY = 'application/vnd.oci.empty.v1+json';

/**
 * As ORAS and Notary write them (OCI image-spec manifest.md, "Guidelines for Artifact Usage": an empty config, the
 * content as a layer, a subject), or as cosign does: an image of its own, found by its tag.
 */
export function buildReferrer(
  subject: StoredManifest,
  { what, way, says = 'sample' }: SampleReferrer,
  parts: Parts,
): BuiltReferrer {
  const type = TYPES[what];
  const layer = { mediaType: type.layer, ...addBlob(parts, { says, about: subject.digest }) };
  if (way === 'cosign tag') {
    const config = addBlob(parts, {
      architecture: '',
      os: '',
      config: {},
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    });
    const manifest = addManifest(parts, MEDIA_TYPE.ociManifest, {
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [{ ...layer, annotations: { 'dev.cosignproject.cosign/signature': 'MEUCIQ' } }],
    });
    const tag = cosignTags(subject.digest).find((each) => each.tag.endsWith(`.${SUFFIX[what]}`))?.tag;
    if (tag === undefined) throw new RangeError(`cosign has no tag for ${what}`);
    return { manifest, subject, artifactType: type.artifact, tag };
  }
  const manifest = addManifest(parts, MEDIA_TYPE.ociManifest, {
    artifactType: type.artifact,
    config: { mediaType: EMPTY, ...addBlob(parts, {}) },
    layers: [layer],
    subject: pointTo(subject),
  });
  return { manifest, subject, artifactType: type.artifact };
}
