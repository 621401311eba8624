import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { blobsOf, isAttestation, MANIFEST_MAX_BYTES, type Manifest } from '../../core/oci/manifest.ts';
import type { Platform } from '../../core/oci/platform.ts';
import { type ImageTree, listedBlobs, treesOf } from './tree.ts';

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
 * `empty blob` (containers-roadmap#1074) · `no layers`, `empty index` and `blob in index`: BuildKit's cache as it was
 * before 0.21 (containers-roadmap#876) · `media type with parameters` (containers-roadmap#2306) · `platform features`
 * (containers-roadmap#2439) · `large manifest` (PutImage) · `foreign layer`: its bytes are not in the registry ·
 * `pull-through target`: ECR fills that repository itself (user guide, "pull through cache").
 */
export type PlanRefusal =
  | { readonly kind: 'empty blob'; readonly digest: Digest; readonly manifest: Digest }
  | { readonly kind: 'large manifest'; readonly sizeBytes: number; readonly manifest: Digest }
  | { readonly kind: 'foreign layer'; readonly digest: Digest; readonly manifest: Digest }
  | { readonly kind: 'no layers'; readonly manifest: Digest }
  | { readonly kind: 'empty index'; readonly manifest: Digest }
  | {
      readonly kind: 'blob in index';
      readonly digest: Digest;
      readonly mediaType: string;
      readonly manifest: Digest;
    }
  | { readonly kind: 'platform features'; readonly manifest: Digest }
  | { readonly kind: 'media type with parameters'; readonly mediaType: string; readonly manifest: Digest }
  | ({ readonly kind: 'pull-through target'; readonly manifest: Digest } & PullThrough);

/** A repository that ECR fills from elsewhere, and by which rule. */
export interface PullThrough {
  readonly repository: string;
  /** As DescribePullThroughCacheRules spells it: without a slash at its end, `ROOT` for all repositories. */
  readonly prefix: string;
}

export interface PlanTarget {
  readonly repository: string;
  /** `ecrRepositoryPrefix` of the registry's pull-through cache rules. */
  readonly pullThroughPrefixes: readonly string[];
}

/**
 * `present`: digests of blobs and manifests that the target repository is known to have. `target`: where pull-through
 * cache rules are known.
 */
export function planCopy(
  tree: ImageTree,
  present: ReadonlySet<Digest> = new Set(),
  target?: PlanTarget,
): CopyPlan {
  const trees = treesOf(tree);
  const all = imageBlobs(tree);
  const missing = all.filter(({ digest }) => !present.has(digest));
  const totalBytes = sum(all);
  const missingBytes = sum(missing);
  const rootDigest = tree.manifest.digest;
  const filled = target && pullThroughOf(target);
  return {
    rootDigest,
    blobs: missing.toSorted((a, b) => b.sizeBytes - a.sizeBytes),
    manifests: trees.map(({ manifest }) => manifest).filter(({ digest }) => !present.has(digest)),
    presentBytes: totalBytes - missingBytes,
    missingBytes,
    totalBytes,
    platforms: platformSizes(tree),
    refusals: [
      ...(filled ? [{ kind: 'pull-through target', ...filled, manifest: rootDigest } as const] : []),
      ...trees.flatMap(refusalsOf),
    ],
  };
}

/**
 * The rule by which ECR writes the repository itself, from its upstream: nobody approved what comes in that way, and it
 * comes under the same tags. "There is always an assumed / applied to the end of the prefix" (API reference,
 * CreatePullThroughCacheRule); `ROOT` is for repositories without a rule of their own.
 */
export function pullThroughOf({ repository, pullThroughPrefixes }: PlanTarget): PullThrough | undefined {
  const [prefix] = pullThroughPrefixes
    .filter((each) => each === 'ROOT' || repository.startsWith(`${each.replace(/\/$/, '')}/`))
    .toSorted((a, b) => Number(a === 'ROOT') - Number(b === 'ROOT') || b.length - a.length);
  return prefix === undefined ? undefined : { repository, prefix };
}

/** Every blob that the image needs, each digest once. */
export const imageBlobs = (tree: ImageTree): readonly Descriptor[] => [
  ...new Map(listedBlobs(tree).map((blob) => [blob.digest, blob])).values(),
];

function platformSizes({ manifest, children }: ImageTree): readonly PlatformSize[] {
  if (manifest.kind === 'image') return [{ digest: manifest.digest, sizeBytes: sum(blobsOf(manifest)) }];
  return children
    .filter(({ descriptor }) => !isAttestation(descriptor))
    .flatMap(({ descriptor: { platform }, tree }) =>
      platformSizes(tree).map((size) => (platform && !size.platform ? { ...size, platform } : size)),
    );
}

function refusalsOf({ manifest, blobs = [] }: ImageTree): readonly PlanRefusal[] {
  const at = { manifest: manifest.digest };
  const found: PlanRefusal[] = [];
  const sizeBytes = manifest.bytes.byteLength;
  if (sizeBytes > MANIFEST_MAX_BYTES) found.push({ kind: 'large manifest', sizeBytes, ...at });
  const listed = manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
  for (const mediaType of new Set([manifest.mediaType, ...listed.map((entry) => entry.mediaType)])) {
    if (mediaType.includes(';')) found.push({ kind: 'media type with parameters', mediaType, ...at });
  }
  if (listed.some(({ platformFeatures }) => platformFeatures)) {
    found.push({ kind: 'platform features', ...at });
  }
  if (manifest.kind === 'index') {
    const [first] = blobs;
    if (listed.length === 0) found.push({ kind: 'empty index', ...at });
    if (first) {
      found.push({ kind: 'blob in index', digest: first.digest, mediaType: first.mediaType, ...at });
    }
    return found;
  }
  if (manifest.layers.length === 0) found.push({ kind: 'no layers', ...at });
  for (const { digest, sizeBytes: size, foreign } of blobsOf(manifest)) {
    if (size === 0) found.push({ kind: 'empty blob', digest, ...at });
    if (foreign) found.push({ kind: 'foreign layer', digest, ...at });
  }
  return found;
}

const sum = (blobs: readonly Descriptor[]): number =>
  blobs.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
