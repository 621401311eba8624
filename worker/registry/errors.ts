import type { Digest } from '../../core/oci/digest.ts';
import type { RateLimit } from './rate-limit.ts';

/** What was being done when it went wrong. */
export type Operation =
  | 'log in'
  | 'head manifest'
  | 'get manifest'
  | 'put manifest'
  | 'head blob'
  | 'get blob'
  | 'start upload'
  | 'put blob'
  | 'drop upload'
  | 'list tags'
  | 'list referrers';

export type RegistryErrorCode =
  | 'not found'
  | 'repository unknown'
  /** No or wrong credentials; registries also say it of what does not exist. */
  | 'unauthorized'
  /** The account that was shown is not taken, whatever it was shown for; `detail` names its user. */
  | 'credentials rejected'
  /** Known, but not allowed; `detail` holds the registry's sentence. */
  | 'denied'
  | 'rate limited'
  /** So few pulls are left that we leave them to others; nobody was asked. */
  | 'pull reserve'
  | 'unreachable'
  /** The connection was cut instead of an answer to `POST …/blobs/uploads/`. Amazon ECR does that where the
   * repository or ecr:InitiateLayerUpload is missing (aws/containers-roadmap#1970). */
  | 'upload cut'
  | 'timeout'
  /** The bytes received are not those of the digest or size asked for. */
  | 'digest mismatch'
  | 'refused address'
  | 'tag immutable'
  /** A manifest names blobs (or an index children) that the registry does not have; see `missing`. */
  | 'blob unknown'
  /** The upload is gone or the registry does not like its bytes: a new one may do. */
  | 'upload invalid'
  | 'unsupported manifest'
  | 'too large'
  | 'server'
  /** Anything the distribution specification does not allow. */
  | 'protocol';

export interface RegistryErrorFacts {
  readonly code: RegistryErrorCode;
  /** Canonical: `docker.io`. */
  readonly host: string;
  readonly operation: Operation;
  readonly repository?: string;
  readonly status?: number;
  /** The registry's own code and message, at most 300 characters, without secrets and signed queries. */
  readonly detail: string;
  /** The same request may do better later. */
  readonly retryable: boolean;
  /** Epoch milliseconds; not before then, by the registry's own word. */
  readonly retryAt?: number;
  /** With a limit that was met: how much it allows, where the registry says so. */
  readonly limit?: RateLimit;
  /** Digests that the registry named as missing. */
  readonly missing?: readonly Digest[];
  /** The registry's request id, for its support. */
  readonly requestId?: string;
}

/** The one error of this folder, but for the reason of an aborted signal, which is thrown as it is. */
export class RegistryError extends Error implements RegistryErrorFacts {
  readonly code: RegistryErrorCode;
  readonly host: string;
  readonly operation: Operation;
  readonly repository?: string;
  readonly status?: number;
  readonly detail: string;
  readonly retryable: boolean;
  readonly retryAt?: number;
  readonly limit?: RateLimit;
  readonly missing?: readonly Digest[];
  readonly requestId?: string;

  constructor(facts: RegistryErrorFacts, cause?: unknown) {
    const where = facts.repository === undefined ? facts.host : `${facts.host}/${facts.repository}`;
    const status = facts.status === undefined ? '' : ` (HTTP ${facts.status})`;
    super(`${facts.operation} at ${where}: ${facts.code}${status}: ${facts.detail}`, { cause });
    this.name = 'RegistryError';
    this.code = facts.code;
    this.host = facts.host;
    this.operation = facts.operation;
    this.detail = facts.detail;
    this.retryable = facts.retryable;
    if (facts.repository !== undefined) this.repository = facts.repository;
    if (facts.status !== undefined) this.status = facts.status;
    if (facts.retryAt !== undefined) this.retryAt = facts.retryAt;
    if (facts.limit !== undefined) this.limit = facts.limit;
    if (facts.missing !== undefined) this.missing = facts.missing;
    if (facts.requestId !== undefined) this.requestId = facts.requestId;
  }
}

/** Where an error happened: what every error of one request has in common. */
export interface ErrorPlace {
  readonly host: string;
  readonly operation: Operation;
  readonly repository?: string;
}

export const isRegistryError = (error: unknown, code?: RegistryErrorCode): error is RegistryError =>
  error instanceof RegistryError && (code === undefined || error.code === code);
