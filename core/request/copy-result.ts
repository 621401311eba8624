import type { Digest } from '../oci/digest.ts';
import type { ReferrerCounts } from '../oci/referrer.ts';

/** What became of the pinned referrers. */
export interface ReferrersResult {
  readonly copied: ReferrerCounts;
  readonly refused: number;
  /** Why the first of those was refused. */
  readonly why?: string;
  /** Not pinned, so not copied: they came after the look-up. */
  readonly newer: number;
}

/** What a copy did before the scan gate was asked: all bytes are in ECR, and no tag. */
export type PushResult = Omit<CopyResult, 'copiedAt' | 'tagMovedTo'> & { readonly pushedAt: number };

export interface CopyResult {
  readonly copiedAt: number;
  readonly tookMs: number;
  readonly copiedBytes: number;
  readonly presentBytes: number;
  readonly pulls: number;
  readonly attestations: number;
  readonly createdRepository: boolean;
  /** Settings of a repository that was there, where they are not the configured ones: told, never changed. */
  readonly drift?: readonly { readonly setting: string; readonly wanted: string; readonly found: string }[];
  /** What the source's tag meant when the copy was done, where that is no longer what was approved. */
  readonly tagMovedTo?: Digest;
  /** Absent where the tag was there already. */
  readonly referrers?: ReferrersResult;
}
