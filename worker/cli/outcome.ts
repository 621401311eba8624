import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import type { ReferrerCounts } from '../../core/oci/referrer.ts';
import type { CopyPlan } from '../copy/plan.ts';
import type { RateLimit } from '../registry/rate-limit.ts';
import type { CliFailure } from './failed.ts';

/** How one image ended. */
export type Outcome =
  | ({ readonly kind: 'copied' } & Copied)
  /** The tag holds the digest: nothing was read but two HEADs. */
  | { readonly kind: 'already there'; readonly digest: Digest; readonly tookMs: number }
  | ({ readonly kind: 'planned' } & Planned)
  | { readonly kind: 'failed'; readonly failure: CliFailure };

interface Pinned {
  /** What the target's tag means, or would. */
  readonly digest: Digest;
  /** The chosen platforms have no index upstream: this digest exists only where it was put. */
  readonly newIndex: boolean;
  /** What the tag meant before. */
  readonly replaces?: Digest;
}
/** What speaks of the image and came along. */
export interface Beside {
  readonly copied: ReferrerCounts;
  readonly copiedBytes: number;
  readonly refused: readonly { readonly digest: Digest; readonly why: string }[];
  /** They could not all be listed, and why. */
  readonly unknown?: string;
}
export interface Copied extends Pinned {
  /** Absent with --no-referrers. */
  readonly beside?: Beside;
  readonly copiedBytes: number;
  readonly presentBytes: number;
  readonly tookMs: number;
}
export interface Planned extends Pinned {
  /** What would come along; absent with --no-referrers. */
  readonly beside?: {
    readonly counts: ReferrerCounts;
    readonly sizeBytes: number;
    /** Of those counted: what the target would not store. */
    readonly refused: readonly { readonly digest: Digest; readonly why: string }[];
    readonly unknown?: string;
  };
  readonly plan: CopyPlan;
  readonly presentBlobs: readonly Descriptor[];
  /** GETs of manifests that this plan needed, and a copy will; where the source counts pulls each is one. */
  readonly manifestGets: number;
  /** What the source last said of its pull limit, where it has one. */
  readonly pulls?: RateLimit;
  readonly createsRepository: boolean;
}
