import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What every stand-in is made of: one request in, one answer out. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface Listening {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly server: Server;
  /** Stops listening and cuts what is still open. */
  close(): Promise<void>;
}

/** Serves on loopback only; port 0 takes a free one. Rejects with the system's error (EADDRINUSE). */
export async function listen(handler: Handler, port = 0): Promise<Listening> {
  const server = createServer((request, response) => {
    Promise.resolve(handler(request, response)).catch((error: unknown) => {
      // A stand-in's own bug must be loud: an honest 500 with the stack, never a hanging request.
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.error(`stand-in failed on ${request.method} ${request.url}\n${text}`);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(text);
    });
  });
  // Clients keep connections for longer than Node's 5 s; closing under them looks like a fault nobody asked for.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    port: address.port,
    origin: `http://127.0.0.1:${address.port}`,
    server,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The whole body, at most `limitBytes`; throws a RangeError above. */
export async function readBody(request: IncomingMessage, limitBytes = 8 * 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of request) {
    total += chunk.length;
    if (total > limitBytes) throw new RangeError(`body above ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: object = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
