import type { buildConnector } from 'undici';
import type { OnReadOpts } from 'node:net';
import { type Buffers, openBuffers } from './buffers.ts';
import { openRows } from './rows.ts';
import { Connection } from './connection.ts';
import { PipeError } from './pipe-error.ts';

/** A guarded connector whose connections read in this way. */
export type PipeConnector = (onread: OnReadOpts) => buildConnector.connector;

/** What will be read: blobs, or answers that fit in a few kilobytes. */
export type Reads = 'large' | 'small';

/** Connections by origin, kept for the next request where the last one left them whole. */
export interface Pool {
  /** An open connection that nobody else uses. `fresh`: not one that may have been closed unseen. */
  take(
    url: URL,
    options: { readonly reads: Reads; readonly fresh?: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<Connection>;
  /** Keeps the connection, or closes it where it cannot be used again. */
  give(connection: Connection): void;
  close(): void;
}

/** Two of them are written from while a third is read into. A prototype with a quarter of it took a third more time. */
const LARGE_READ_BYTES = 1024 * 1024;
const SMALL_READ_BYTES = 16 * 1024;
/** TLS hands over one record a call, of at most 16 KiB (RFC 8446, 5.1): its connections are good for either. */
const TLS_READ_BYTES = 16 * 1024;
const TLS_ROW_BYTES = 256 * 1024;
/** Less than the 60 s after which AWS's load balancers close an idle connection. */
const IDLE_MS = 30_000;

export function openPool(connector: PipeConnector): Pool {
  const idle = new Map<string, Connection[]>();
  const open = new Set<Connection>();
  const plain = { large: openBuffers(LARGE_READ_BYTES), small: openBuffers(SMALL_READ_BYTES) };
  const tls = openRows({ readBytes: TLS_READ_BYTES, rowBytes: TLS_ROW_BYTES });
  let closed = false;
  const close = (connection: Connection): void => {
    open.delete(connection);
    connection.destroy(new Error('closed'));
  };
  return {
    take: async (url, { reads, fresh = false, signal }) => {
      const kind: Buffers = url.protocol === 'https:' ? tls : plain[reads];
      const waiting = idle.get(url.origin) ?? [];
      for (let next = nextIdle(waiting, kind); next; next = nextIdle(waiting, kind)) {
        if (next.isFree && !fresh) {
          next.allowSilence(0);
          return next;
        }
        close(next);
      }
      const connection = new Connection(url.origin, kind);
      await connect(connector(connection.onread), { url, connection, signal });
      open.add(connection);
      if (closed) {
        close(connection);
        throw new PipeError('ECONNRESET', 'the registry was closed');
      }
      return connection;
    },
    give: (connection) => {
      if (!connection.isFree) return close(connection);
      connection.allowSilence(Math.min(IDLE_MS, connection.keptMs ?? IDLE_MS));
      idle.set(connection.origin, [...(idle.get(connection.origin) ?? []), connection]);
    },
    close: () => {
      closed = true;
      for (const connection of open) close(connection);
    },
  };
}

/** The last used first: it is the least likely to have been closed. One that reads more at once does for less, too. */
function nextIdle(waiting: Connection[], { sizeBytes }: Buffers): Connection | undefined {
  const exact = waiting.findLastIndex(({ readBytes }) => readBytes === sizeBytes);
  const at = exact >= 0 ? exact : waiting.findLastIndex(({ readBytes }) => readBytes > sizeBytes);
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
}

interface Connecting {
  readonly url: URL;
  readonly connection: Connection;
  readonly signal: AbortSignal | undefined;
}

async function connect(
  connector: buildConnector.connector,
  { url, connection, signal }: Connecting,
): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const { protocol, hostname, host, port } = url;
  connector({ protocol, hostname, host, port }, (...[error, socket]) => {
    if (error) return reject(error);
    if (socket) connection.attach(socket);
    // Nobody waits for it any more.
    if (signal?.aborted) connection.destroy(new Error('closed'));
    resolve();
  });
  try {
    await promise;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
