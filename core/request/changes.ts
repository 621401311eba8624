import type { Digest } from '../oci/digest.ts';
import type { Severity, SeverityCounts } from './findings.ts';

/** In the place of a request's id: it stood in ECR when `mirror adopt` wrote it down. */
export const ADOPTED = 'adopted';

/** The newest image of the same repository that we mirrored before, as its own request knew it. */
export interface Before {
  readonly request: string;
  readonly tag: string;
  readonly digest: Digest;
  readonly copiedAt: number;
  readonly sizeBytes?: number;
  readonly platforms?: readonly string[];
  readonly counts?: SeverityCounts;
  /** Epoch ms; absent where it did not say. */
  readonly createdAt?: number;
  /** Absent where its manifests could not be read. */
  readonly layers?: LayerChanges;
}

/** Layers of an image that the one before has too, and those it has not. */
export interface LayerChanges {
  readonly kept: number;
  readonly added: number;
  /** Compressed. */
  readonly addedBytes: number;
}

/** Vulnerabilities of the image before that are gone, and those that are new. */
export interface FindingsChange {
  readonly fixed: ChangedFindings;
  readonly added: ChangedFindings;
}
interface ChangedFindings {
  readonly count: number;
  /** The worst of them. */
  readonly named: readonly { readonly id: string; readonly severity: Severity }[];
}

/** The asked tag stood in ECR with another digest when the image was looked up. */
export interface MovedTagFacts {
  /** The tag that was asked for. */
  readonly tag: string;
  /** What stood under it then. */
  readonly from: Digest;
  /** `suffix`: it stays, and this image gets a tag of its own. `move`: it follows. */
  readonly by: 'suffix' | 'move';
  /** Its rule moves it and the repository does not let it: the setting that would, as a command of the AWS CLI. */
  readonly cannotMove?: string;
}
