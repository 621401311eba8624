import type { Digest } from '../oci/digest.ts';
import type { Platform } from '../oci/platform.ts';
import type { Referrer, ReferrerCounts } from '../oci/referrer.ts';

export interface PlatformFacts {
  readonly platform: Platform;
  /** The child manifest's digest; findings are asked for by it. */
  readonly digest: Digest;
  /** Compressed size of its blobs. */
  readonly sizeBytes: number;
}

/** What the source is, read once at resolve. */
export interface ImageFacts {
  readonly mediaType: string;
  readonly platforms: readonly PlatformFacts[];
  readonly attestations: number;
  /** Compressed size of every blob, each once. */
  readonly sizeBytes: number;
  /** `created` of the first platform's configuration, epoch ms. */
  readonly createdAt?: number;
}

/** What speaks of the image (signatures, attestations, SBOMs), pinned at resolve: the copy takes exactly these. */
export interface PinnedReferrers {
  /** In the order in which they are copied; absent where they are too many for the item. */
  readonly list?: readonly Referrer[];
  /** Too many: the digest of their list, which is kept as a row of its own. */
  readonly listDigest?: Digest;
  readonly counts: ReferrerCounts;
  /** Compressed size of all their blobs and manifests. */
  readonly sizeBytes: number;
  /** They could not all be listed, and why: some may exist that are not copied. */
  readonly unknown?: string;
}

/** What the copy will do, as far as can be told before it. */
export interface PlanFacts {
  readonly missingBytes: number;
  readonly presentBytes: number;
  readonly missingBlobs: number;
  readonly createsRepository: boolean;
  /** What the repository gets when it is created. */
  readonly settings?: {
    readonly tagMutability: string;
    readonly scanOnPush: boolean;
    readonly encryption?: string;
  };
  /** The source registry's pull limit as its last answer told it, where it has one. */
  readonly pulls?: { readonly cost: number; readonly limit?: number; readonly remaining?: number };
}
