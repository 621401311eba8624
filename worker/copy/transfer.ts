import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Repository } from '../registry/registry.ts';

/** One blob from one repository to another. */
export interface TransferJob {
  readonly source: Repository;
  readonly target: Repository;
  readonly blob: Descriptor;
  /** Bytes of this blob sent so far; may fall back to 0. */
  readonly onBytes: (sentBytes: number) => void;
  /** A repository of the target's registry that may have it already. */
  readonly mountFrom?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * How a blob's bytes get across: resolves when the target has them, verified. A way of its own (other sockets,
 * a mount, parts) needs nothing but this type.
 */
export type BlobTransfer = (job: TransferJob) => Promise<void>;

/** Streams through undici: GET at the source, POST and one PUT at the target. */
export const streamBlob: BlobTransfer = ({ source, target, blob, onBytes, mountFrom, signal }) =>
  target.putBlob(blob, {
    open: (options) => source.openBlob(blob, options),
    place: { host: source.host, operation: 'get blob', repository: source.name },
    onBytes,
    mountFrom,
    signal,
  });
