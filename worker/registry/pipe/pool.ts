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

/**
 * Connections by origin, kept for the next request where the last one left them whole. Who finds none waits for a new one
 * or for one that is given back, whichever comes first: opening takes two round trips or three, most answers take one.
 */
export interface Pool {
  /** An open connection that nobody else uses. `fresh`: not one that may have been closed unseen. */
  take(
    url: URL,
    options: { readonly reads: Reads; readonly fresh?: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<Connection>;
  /**
   * Has a connection ready, or being opened, for what will be asked in a moment: opening takes round trips of its own.
   * Call the result when it is asked, or will not be; what was opened is for whoever comes next.
   */
  prepare(url: URL, reads: Reads): () => void;
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

interface Waiter {
  readonly kind: Buffers;
  readonly resolve: (connection: Connection) => void;
  readonly reject: (error: unknown) => void;
}

/** One origin's connections. */
interface Origin {
  readonly idle: Connection[];
  readonly waiters: Waiter[];
  /** Being opened, by what they will be good for. */
  readonly opening: Map<Buffers, number>;
  /** Will be asked for in a moment. */
  expected: number;
}

export function openPool(connector: PipeConnector): Pool {
  const origins = new Map<string, Origin>();
  const open = new Set<Connection>();
  const plain = { large: openBuffers(LARGE_READ_BYTES), small: openBuffers(SMALL_READ_BYTES) };
  const tls = openRows({ readBytes: TLS_READ_BYTES, rowBytes: TLS_ROW_BYTES });
  let closed = false;
  const at = ({ origin }: Pick<URL, 'origin'>): Origin => {
    const known = origins.get(origin) ?? { idle: [], waiters: [], opening: new Map(), expected: 0 };
    origins.set(origin, known);
    return known;
  };
  const close = (connection: Connection): void => {
    open.delete(connection);
    connection.destroy(new Error('closed'));
  };
  const connectTo = async (url: URL, kind: Buffers, signal?: AbortSignal): Promise<Connection> => {
    const connection = new Connection(url.origin, kind);
    await connect(connector(connection.onread), { url, connection, signal });
    open.add(connection);
    if (closed) {
      close(connection);
      throw new PipeError('ECONNRESET', 'the registry was closed');
    }
    return connection;
  };
  const give = (connection: Connection): void => {
    if (!connection.isFree) {
      close(connection);
      return;
    }
    const { idle, waiters } = at(connection);
    const exact = waiters.findIndex(({ kind }) => kind.sizeBytes === connection.readBytes);
    const fits = exact >= 0 ? exact : waiters.findIndex(({ kind }) => kind.sizeBytes < connection.readBytes);
    const [waiter] = fits < 0 ? [] : waiters.splice(fits, 1);
    if (waiter) {
      connection.allowSilence(0);
      waiter.resolve(connection);
      return;
    }
    connection.allowSilence(Math.min(IDLE_MS, connection.keptMs ?? IDLE_MS));
    idle.push(connection);
  };
  /** For whoever waits when it is open; one that was given back before may have been quicker. */
  const openOne = (url: URL, kind: Buffers): void => {
    const { opening, waiters } = at(url);
    opening.set(kind, (opening.get(kind) ?? 0) + 1);
    const settled = (): void => void opening.set(kind, (opening.get(kind) ?? 1) - 1);
    connectTo(url, kind).then(
      (connection) => {
        settled();
        give(connection);
      },
      (error: unknown) => {
        settled();
        const first = waiters.findIndex((waiter) => waiter.kind === kind);
        if (first >= 0) waiters.splice(first, 1)[0]?.reject(error);
      },
    );
  };
  const wait = async (url: URL, kind: Buffers, signal: AbortSignal | undefined): Promise<Connection> => {
    const { opening, waiters } = at(url);
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const waiter: Waiter = { kind, resolve, reject };
    const stop = (): void => {
      const place = waiters.indexOf(waiter);
      if (place < 0) return;
      waiters.splice(place, 1);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', stop, { once: true });
    waiters.push(waiter);
    if ((opening.get(kind) ?? 0) < waiters.filter((each) => each.kind === kind).length) openOne(url, kind);
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  };
  const kindOf = ({ protocol }: URL, reads: Reads): Buffers => (protocol === 'https:' ? tls : plain[reads]);
  return {
    prepare: (url, reads) => {
      const kind = kindOf(url, reads);
      const place = at(url);
      place.expected += 1;
      const free = place.idle.filter(({ readBytes }) => readBytes >= kind.sizeBytes).length;
      const wanted = place.expected + place.waiters.length;
      if (free + (place.opening.get(kind) ?? 0) < wanted) openOne(url, kind);
      let over = false;
      return () => {
        if (!over) place.expected -= 1;
        over = true;
      };
    },
    take: async (url, { reads, fresh = false, signal }) => {
      const kind = kindOf(url, reads);
      const { idle } = at(url);
      for (let next = nextIdle(idle, kind); next; next = nextIdle(idle, kind)) {
        if (next.isFree && !fresh) {
          next.allowSilence(0);
          return next;
        }
        close(next);
      }
      return fresh ? connectTo(url, kind, signal) : wait(url, kind, signal);
    },
    give,
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
