import type { Digest } from './digest.ts';
import type { Platform } from './platform.ts';

/** OCI image-spec descriptor.md: what is pointed at, how large it is, and which bytes exactly. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Only children of an index have one. */
  readonly platform?: Platform;
  /** `platform.features`, which the specification reserves; ECR takes no index that has it. */
  readonly platformFeatures?: boolean;
  /** Only what we read: BuildKit's `vnd.docker.reference.type`. */
  readonly referenceType?: string;
  /** Foreign layers (Docker's `urls`) are never fetched. */
  readonly foreign?: boolean;
  /** What a listed referrer says it is (OCI distribution-spec, "Listing Referrers"). */
  readonly artifactType?: string;
}
