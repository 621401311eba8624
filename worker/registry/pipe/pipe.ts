import type { BlobAt, OpenBlob } from '../blobs.ts';
import type { Timeouts } from '../dispatcher.ts';
import type { ErrorPlace } from '../errors.ts';
import type { Transport } from '../transport.ts';
import type { AnswerHead } from './answer-head.ts';
import type { Connection } from './connection.ts';
import { openDownload } from './download.ts';
import type { Pool } from './pool.ts';
import { sendDownload } from './upload.ts';

/** A blob's bytes, waiting in their connection. */
export interface PipeBody {
  readonly head: AnswerHead;
  readonly connection: Connection;
  /** How long the source may be silent between two pieces, in milliseconds. */
  readonly idleMs: number;
  /** To be passed over: the source sends what was there before once more. */
  readonly skipBytes: number;
  /** Gives the connection back, or closes it where the body was not read to its end. */
  end(): void;
}

/** Where a blob's bytes come from, opened anew for each attempt, and from a byte on where one broke. */
export interface PipeSource {
  readonly open: (options: OpenBlob) => Promise<PipeBody>;
  /** Where `open` reads from: errors of its bytes are told as that registry's. */
  readonly place: ErrorPlace;
  /** How many bytes of this blob have been sent; falls back to 0 when an attempt starts over. */
  readonly onBytes?: ((sentBytes: number) => void) | undefined;
  /** A repository of the same registry as the target's that may have the blob already. */
  readonly mountFrom?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Blob bytes over sockets of our own, HTTP/1.1 only. Everything that decides (addresses, redirects, logins,
 * repeats) is the transport's; this is only another way for two bodies, which takes less processor time than
 * streams do (docs/performance.md, docs/decisions/014-sockets-for-blobs.md).
 */
export interface Pipe {
  /** The source's side. Throws NotForPipe for an answer that this way does not read. */
  open(at: BlobAt, options?: OpenBlob): Promise<PipeBody>;
  /** The target's side: an upload whose body is what the source opens. */
  put(at: BlobAt, source: PipeSource): Promise<void>;
}

export interface PipeContext {
  readonly transport: Transport;
  readonly timeouts: Timeouts;
  readonly pool: Pool;
}

export function openPipe(context: PipeContext): Pipe {
  return {
    open: openDownload(context),
    put: (at, source) => sendDownload(context, at, source),
  };
}
