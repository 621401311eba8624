import type { Digest } from '../../../core/oci/digest.ts';
import { isImageType, isIndexType } from '../../../core/oci/media-type.ts';
import type { Answer } from '../answer.ts';
import type { Repository } from '../state.ts';
import { type DescriptorDocument, type ManifestDocument, readManifest } from './manifest-document.ts';
import { refuse } from './refuse.ts';

/** PutImage: `imageManifest` has at most this many characters (API reference). */
export const MANIFEST_MAX_BYTES = 4_194_304;

export type ManifestCheck =
  | { readonly kind: 'ok'; readonly manifest: ManifestDocument; readonly mediaType: string }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** ECR parses strictly: fields and media types it does not know are refused, whatever the specification says. */
export function checkManifest(text: string, contentType: string | undefined): ManifestCheck {
  const manifest = readManifest(text);
  const mediaType = contentType ?? manifest?.mediaType;
  if (!manifest || mediaType === undefined) return unreadable();
  if (manifest.mediaType !== undefined && manifest.mediaType !== mediaType) return unreadable();
  const { config, layers, manifests } = manifest;
  const isIndex = manifests !== undefined && isIndexType(mediaType);
  const isImage = config !== undefined && layers !== undefined && isImageType(mediaType);
  if (isIndex === isImage || (isIndex && (config || layers)) || (isImage && manifests)) return unreadable();
  // Without a layer: aws/containers-roadmap#876.
  if ((isImage ? layers : manifests)?.length === 0) return unreadable();
  const descriptors = [...(config ? [config] : []), ...(layers ?? []), ...(manifests ?? [])];
  return descriptors.some(isUnknown) ? unreadable() : { kind: 'ok', manifest, mediaType };
}

/** `data`: containers-roadmap#2023 · `platform.features`: #2439 · parameters in a media type: #2306. */
function isUnknown(descriptor: DescriptorDocument): boolean {
  return (
    'data' in descriptor ||
    (descriptor.platform !== undefined && 'features' in descriptor.platform) ||
    descriptor.mediaType.includes(';')
  );
}

const unreadable = (): ManifestCheck => ({
  kind: 'refused',
  answer: refuse(
    405,
    'UNSUPPORTED',
    "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
  ),
});

/** Blobs that the manifest needs and this repository does not have. Foreign layers are not pushed by anybody. */
export function missingBlobs(manifest: ManifestDocument, repository: Repository): readonly Digest[] {
  const needed = [manifest.config, ...(manifest.layers ?? [])].filter((blob) => blob !== undefined);
  const own = needed.filter((blob) => !/foreign|nondistributable/.test(blob.mediaType));
  return [...new Set(own.map((blob) => blob.digest))].filter((digest) => !repository.blobs.has(digest));
}

export function missingChildren(manifest: ManifestDocument, repository: Repository): readonly Digest[] {
  const children = (manifest.manifests ?? []).map((child) => child.digest);
  return [...new Set(children)].filter((digest) => !repository.images.has(digest));
}
