import { type Manifest, ManifestError, parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';

export const digest = (fill: string) => `sha256:${fill.repeat(64)}`;
export const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digest('c'), size: 2 };
export const layer = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: digest('1'),
  size: 1000,
};
export const child = { mediaType: MEDIA_TYPE.ociManifest, digest: digest('d'), size: 500 };
export const image = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociManifest, config, layers: [layer] };
export const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: [child] };
export const without = (document: object, key: string) => ({ ...document, [key]: undefined });

export const bytesOf = (document: unknown) =>
  Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
export const parse = (document: unknown, contentType?: string): Manifest =>
  parseManifest(bytesOf(document), contentType);
export function problemOf(document: unknown, contentType?: string): string {
  try {
    return `taken as ${parse(document, contentType).kind}`;
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return error.problem;
  }
}
