import { createServer, type Server, type Socket } from 'node:net';
import { digestOf } from '../../../core/oci/digest.ts';
import type { BlobTransfer } from '../../../worker/copy/transfer.ts';
import type { RegistryOptions } from '../../../worker/registry/registry.ts';
import { type inTurn, reply, type ScriptedServer, serveScript } from '../registry/scripted-server.ts';
import { openTestRegistry } from '../registry/test-registry.ts';

export type Answer = Parameters<typeof inTurn>[0];
type Options = Omit<RegistryOptions, 'endpoint'> & Parameters<typeof openTestRegistry>[1];

const open: { close(): Promise<void> }[] = [];
/** Ends everything that was opened here: each file calls it after each test. */
export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((each) => each.close()));
}
export const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};

export const BYTES = Buffer.alloc(3_000_000);
for (let at = 0; at < BYTES.length; at += 1) BYTES[at] = (at * 2_654_435_761) >>> 24;
export const BLOB = { mediaType: 'application/x', digest: digestOf(BYTES), sizeBytes: BYTES.length };
export const LENGTH = { 'content-length': String(BYTES.length) };
export const blob: Answer = (_request, response) => void response.writeHead(200, LENGTH).end(BYTES);

export const source = async (answer: Answer = blob) => kept(await serveScript(answer));

/** Takes uploads; keeps what came whole, and tells when one was cut. */
export async function target(options: { put?: Answer; post?: Answer; head?: Answer } = {}) {
  const stored = new Map<string, Buffer>();
  const cut = Promise.withResolvers<void>();
  const take: Answer = async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return cut.resolve();
    }
    const digest = new URL(request.url ?? '', 'http://x').searchParams.get('digest') ?? '';
    stored.set(digest, Buffer.concat(chunks));
    return reply(201, '', { 'docker-content-digest': digest })(request, response);
  };
  const server = kept(
    await serveScript((request, response) => {
      switch (request.method) {
        case 'POST':
          return (options.post ?? reply(202, '', { location: '/upload/1?_state=a%2Fb%3D&x' }))(
            request,
            response,
          );
        case 'DELETE':
          return reply(204)(request, response);
        case 'HEAD':
          if (options.head) return options.head(request, response);
          return reply(stored.has(request.url?.split('/').at(-1) ?? '') ? 200 : 404)(request, response);
        default:
          return (options.put ?? take)(request, response);
      }
    }),
  );
  return { server, stored, take, cut: cut.promise };
}

export interface Between {
  readonly from: { readonly origin: string };
  readonly to: { readonly origin: string };
  readonly signal?: AbortSignal;
  readonly onBytes?: (sent: number) => void;
  readonly sourceOptions?: Options;
  readonly targetOptions?: Options;
  readonly what?: typeof BLOB;
}

export function move(by: BlobTransfer, between: Between): Promise<void> {
  const { from, to, signal = new AbortController().signal, onBytes = () => {}, what = BLOB } = between;
  return by({
    source: kept(openTestRegistry(from.origin, between.sourceOptions)).repository('a/b'),
    target: kept(openTestRegistry(to.origin, between.targetOptions)).repository('c/d'),
    blob: what,
    onBytes,
    signal,
  });
}
/** What was asked, but for giving up uploads, which nobody waits for. */
export const methods = (server: ScriptedServer): readonly string[] =>
  server.seen.map(({ method }) => method).filter((method) => method !== 'DELETE');

/** Answers each request with these bytes and closes. */
export async function rawServer(pieces: readonly (string | Buffer)[]) {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', () => {
      requests += 1;
      for (const piece of pieces) socket.write(piece);
      socket.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return kept({
    origin: `http://127.0.0.1:${address.port}`,
    requests: () => requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  });
}
