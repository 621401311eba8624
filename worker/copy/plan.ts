import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { blobsOf, isAttestation, MANIFEST_MAX_BYTES, type Manifest } from '../../core/oci/manifest.ts';
import type { Platform } from '../../core/oci/platform.ts';
import { type ImageTree, manifestsOf } from './tree.ts';

/** What a copy would do, before it does anything. */
export interface CopyPlan {
  readonly rootDigest: Digest;
  /** What the target lacks, each digest once, the largest first. */
  readonly blobs: readonly Descriptor[];
  /** What the target lacks, each after those it lists; the root is the last. */
  readonly manifests: readonly Manifest[];
  /** Of blobs: present + missing = total. */
  readonly presentBytes: number;
  readonly missingBytes: number;
  readonly totalBytes: number;
  readonly platforms: readonly PlatformSize[];
  /** Not empty: Amazon ECR cannot store this image as it is, and not a byte should move. */
  readonly refusals: readonly PlanRefusal[];
}

/** What somebody pulls who pulls for one platform: config and layers, as transferred. */
export interface PlatformSize {
  /** Missing for a single image manifest, which does not say what it runs on. */
  readonly platform?: Platform;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/**
 * What ECR refuses, often only after every byte has been moved. The bytes must not be changed, so each is final.
 * `empty blob` (containers-roadmap#1074) · `no layers` (containers-roadmap#876) · `media type with parameters`
 * (containers-roadmap#2306) · `large manifest` (PutImage) · `foreign layer`: its bytes are not in the registry.
 */
export type PlanRefusal =
  | { readonly kind: 'empty blob'; readonly digest: Digest; readonly manifest: Digest }
  | { readonly kind: 'large manifest'; readonly sizeBytes: number; readonly manifest: Digest }
  | { readonly kind: 'foreign layer'; readonly digest: Digest; readonly manifest: Digest }
  | { readonly kind: 'no layers'; readonly manifest: Digest }
  | { readonly kind: 'media type with parameters'; readonly mediaType: string; readonly manifest: Digest };

/** `present`: digests of blobs and manifests that the target repository is known to have. */
export function planCopy(tree: ImageTree, present: ReadonlySet<Digest> = new Set()): CopyPlan {
  const manifests = manifestsOf(tree);
  const all = imageBlobs(tree);
  const missing = all.filter(({ digest }) => !present.has(digest));
  const totalBytes = sum(all);
  const missingBytes = sum(missing);
  return {
    rootDigest: tree.manifest.digest,
    blobs: missing.toSorted((a, b) => b.sizeBytes - a.sizeBytes),
    manifests: manifests.filter(({ digest }) => !present.has(digest)),
    presentBytes: totalBytes - missingBytes,
    missingBytes,
    totalBytes,
    platforms: platformSizes(tree),
    refusals: manifests.flatMap(refusalsOf),
  };
}

/** Every blob that the image needs, each digest once. */
export function imageBlobs(tree: ImageTree): readonly Descriptor[] {
  const blobs = new Map<Digest, Descriptor>();
  for (const manifest of manifestsOf(tree)) {
    if (manifest.kind !== 'image') continue;
    for (const blob of blobsOf(manifest)) blobs.set(blob.digest, blob);
  }
  return [...blobs.values()];
}

function platformSizes({ manifest, children }: ImageTree): readonly PlatformSize[] {
  if (manifest.kind === 'image') return [{ digest: manifest.digest, sizeBytes: sum(blobsOf(manifest)) }];
  return children
    .filter(({ descriptor }) => !isAttestation(descriptor))
    .flatMap(({ descriptor: { platform }, tree }) =>
      platformSizes(tree).map((size) => (platform && !size.platform ? { ...size, platform } : size)),
    );
}

function refusalsOf(manifest: Manifest): readonly PlanRefusal[] {
  const at = { manifest: manifest.digest };
  const found: PlanRefusal[] = [];
  const sizeBytes = manifest.bytes.byteLength;
  if (sizeBytes > MANIFEST_MAX_BYTES) found.push({ kind: 'large manifest', sizeBytes, ...at });
  const listed = manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
  for (const mediaType of new Set([manifest.mediaType, ...listed.map((entry) => entry.mediaType)])) {
    if (mediaType.includes(';')) found.push({ kind: 'media type with parameters', mediaType, ...at });
  }
  if (manifest.kind === 'index') return found;
  if (manifest.layers.length === 0) found.push({ kind: 'no layers', ...at });
  for (const { digest, sizeBytes: size, foreign } of blobsOf(manifest)) {
    if (size === 0) found.push({ kind: 'empty blob', digest, ...at });
    if (foreign) found.push({ kind: 'foreign layer', digest, ...at });
  }
  return found;
}

const sum = (blobs: readonly Descriptor[]): number =>
  blobs.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
