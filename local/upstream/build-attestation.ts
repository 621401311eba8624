import { MEDIA_TYPE } from '../../core/oci/media-type.ts';
import { addBlob, addManifest, type Parts, pointTo, type StoredManifest } from './documents.ts';
import type { SampleImage } from './sample.ts';

const IN_TOTO = 'application/vnd.in-toto+json';

/**
 * BuildKit's attestation child (its docs/attestations/attestation-storage.md): an image manifest of the
 * platform unknown/unknown whose layers are in-toto statements about `subject`. Returns its index entry.
 */
export function attestationOf(subject: StoredManifest, image: SampleImage, parts: Parts): object {
  const [algorithm = '', hex = ''] = subject.digest.split(':');
  const statement = (predicateType: string, predicate: object) => ({
    type: predicateType,
    blob: addBlob(parts, {
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType,
      subject: [{ name: `pkg:docker/${image.repository}@${image.tags[0]}`, digest: { [algorithm]: hex } }],
      predicate,
    }),
  });
  const statements = [
    statement('https://spdx.dev/Document', {
      spdxVersion: 'SPDX-2.3',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: image.repository,
      creationInfo: { created: image.createdAt, creators: ['Tool: sample'] },
      packages: [],
    }),
    statement('https://slsa.dev/provenance/v0.2', {
      builder: { id: 'https://github.com/docker-library' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      metadata: { buildFinishedOn: image.createdAt, reproducible: false },
    }),
  ];
  const config = addBlob(parts, {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: statements.map(({ blob }) => blob.digest) },
  });
  const manifest = addManifest(parts, MEDIA_TYPE.ociManifest, {
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: statements.map(({ type, blob }) => ({
      mediaType: IN_TOTO,
      ...blob,
      annotations: { 'in-toto.io/predicate-type': type },
    })),
  });
  return {
    annotations: {
      'vnd.docker.reference.digest': subject.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    ...pointTo(manifest),
    platform: { architecture: 'unknown', os: 'unknown' },
  };
}
