import type { buildConnector } from 'undici';
import type { OnReadOpts } from 'node:net';
import { type Buffers, openBuffers } from './buffers.ts';
import { Connection } from './connection.ts';
import { PipeError } from './pipe-error.ts';

export interface PoolOptions {
  /** A guarded connector whose connections read in this way. */
  readonly connector: (onread: OnReadOpts) => buildConnector.connector;
  /** Of one read from a plain connection. */
  readonly readBytes: number;
}

/** Connections by origin, kept for the next request where the last one left them whole. */
export interface Pool {
  /** An open connection that nobody else uses. `fresh`: not one that may have been closed unseen. */
  take(
    url: URL,
    options?: { readonly fresh?: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<Connection>;
  /** Keeps the connection, or closes it where it cannot be used again. */
  give(connection: Connection): void;
  close(): void;
}

/** TLS hands over one record a call, of at most 16 KiB (RFC 8446, 5.1). */
const TLS_READ_BYTES = 16 * 1024;
/** Less than the 60 s after which AWS's load balancers close an idle connection. */
const IDLE_MS = 30_000;

export function openPool({ connector, readBytes }: PoolOptions): Pool {
  const idle = new Map<string, Connection[]>();
  const open = new Set<Connection>();
  const buffers = { plain: openBuffers(readBytes), tls: openBuffers(TLS_READ_BYTES) };
  let closed = false;
  const close = (connection: Connection): void => {
    open.delete(connection);
    connection.destroy(new Error('closed'));
  };
  return {
    take: async (url, { fresh = false, signal } = {}) => {
      const waiting = idle.get(url.origin) ?? [];
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        if (next.isFree && !fresh) {
          next.allowSilence(0);
          return next;
        }
        close(next);
      }
      const kind: Buffers = url.protocol === 'https:' ? buffers.tls : buffers.plain;
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
