import type { BlobAt } from '../blobs.ts';
import type { Timeouts } from '../dispatcher.ts';
import type { ErrorPlace } from '../errors.ts';
import type { Transport } from '../transport.ts';
import type { AnswerHead } from './answer-head.ts';
import type { Connection } from './connection.ts';
import { openDownload } from './download.ts';
import { openPool, type Pool, type PoolOptions } from './pool.ts';
import { sendDownload } from './upload.ts';

/** A blob's bytes, waiting in their connection. */
export interface PipeBody {
  readonly head: AnswerHead;
  readonly connection: Connection;
  /** How long the source may be silent between two pieces, in milliseconds. */
  readonly idleMs: number;
  /** Gives the connection back, or closes it where the body was not read to its end. */
  end(): void;
}

/** Where a blob's bytes come from, opened anew for each attempt. */
export interface PipeSource {
  readonly open: (signal: AbortSignal) => Promise<PipeBody>;
  /** Where `open` reads from: errors of its bytes are told as that registry's. */
  readonly place: ErrorPlace;
  /** How many bytes of this blob have been sent; falls back to 0 when an attempt starts over. */
  readonly onBytes?: ((sentBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Blob bytes over sockets of our own, HTTP/1.1 only. Everything that decides (addresses, redirects, logins,
 * repeats) is the transport's; this is only another way for two bodies, which takes less processor time than
 * streams do (docs/performance.md, docs/decisions/014-sockets-for-blobs.md).
 */
export interface Pipe {
  /** The source's side. Throws NotForPipe for an answer that this way does not read. */
  open(at: BlobAt, signal?: AbortSignal): Promise<PipeBody>;
  /** The target's side: an upload whose body is what the source opens. */
  put(at: BlobAt, source: PipeSource): Promise<void>;
  close(): void;
}

export interface PipeContext {
  readonly transport: Transport;
  readonly timeouts: Timeouts;
  readonly pool: Pool;
}

/** Two of them are written from while a third is read into. A prototype with a quarter of it took a third more time. */
const READ_BYTES = 1024 * 1024;

export function openPipe(
  transport: Transport,
  options: Pick<PoolOptions, 'connector'> & { readonly timeouts: Timeouts },
): Pipe {
  const { timeouts, connector } = options;
  const downloads = openPool({ connector, readBytes: READ_BYTES });
  // Only answers are read there, and those are small.
  const uploads = openPool({ connector, readBytes: 16 * 1024 });
  const opener = openDownload({ transport, timeouts, pool: downloads });
  return {
    open: opener,
    put: (at, source) => sendDownload({ transport, timeouts, pool: uploads }, at, source),
    close: () => {
      downloads.close();
      uploads.close();
    },
  };
}
