import { gzipSync } from 'node:zlib';
import { type Digest, digestOf } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';

export interface SampleBlob {
  readonly digest: Digest;
  readonly bytes: Buffer;
}
export interface SampleManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}
export interface SampleImage {
  readonly manifest: SampleManifest;
  readonly blobs: readonly SampleBlob[];
}

export const blobOf = (bytes: Buffer): SampleBlob => ({ digest: digestOf(bytes), bytes });

export function manifestOf(mediaType: string, document: object): SampleManifest {
  const bytes = Buffer.from(JSON.stringify(document));
  return { digest: digestOf(bytes), mediaType, bytes };
}

export const descriptorOf = (mediaType: string, { digest, bytes }: SampleBlob | SampleManifest) => ({
  mediaType,
  digest,
  size: bytes.length,
});

/** A real if tiny image: an empty tar as its only layer; the text makes its digest its own. */
export function sampleImage(text: string, architecture = 'amd64'): SampleImage {
  const tar = Buffer.concat([Buffer.alloc(1024), Buffer.from(text), Buffer.alloc(512 - text.length)]);
  const layer = blobOf(gzipSync(tar));
  const config = blobOf(
    Buffer.from(
      JSON.stringify({
        architecture,
        os: 'linux',
        created: '2024-01-01T00:00:00Z',
        config: { Labels: { text } },
        rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      }),
    ),
  );
  const manifest = manifestOf(MEDIA_TYPE.ociManifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.ociManifest,
    config: descriptorOf('application/vnd.oci.image.config.v1+json', config),
    layers: [descriptorOf('application/vnd.oci.image.layer.v1.tar+gzip', layer)],
  });
  return { manifest, blobs: [config, layer] };
}

export interface SampleIndex {
  readonly manifest: SampleManifest;
  readonly children: readonly SampleImage[];
}

/** amd64 and arm64. */
export function sampleIndex(text: string): SampleIndex {
  const architectures = ['amd64', 'arm64'] as const;
  const children = architectures.map((architecture) => sampleImage(`${text} ${architecture}`, architecture));
  const manifest = manifestOf(MEDIA_TYPE.ociIndex, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.ociIndex,
    manifests: children.map((child, index) => ({
      ...descriptorOf(MEDIA_TYPE.ociManifest, child.manifest),
      platform: { os: 'linux', architecture: architectures[index] },
    })),
  });
  return { manifest, children };
}
