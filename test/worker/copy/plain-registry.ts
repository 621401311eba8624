import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Digest, digestOf, isDigest } from '../../../core/oci/digest.ts';
import { type Faults, withFaults } from '../../../local/faults.ts';
import { listen, readBody, sendJson } from '../../../local/server.ts';
import type { Document, Shape } from './documents.ts';

export interface PlainCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}
/**
 * A registry that does as little as the distribution specification lets it: an upload's Location is relative to the
 * request, a blob is taken by one PUT and no PATCH, a mount is an upload like any other, a Range is not looked at, no
 * list of referrers. Everything is in memory, everybody may write.
 */
export interface PlainRegistry {
  readonly origin: string;
  readonly calls: readonly PlainCall[];
  readonly faults: Faults;
  /** What stands there, as it came. */
  manifest(repository: string, key: string): Document | undefined;
  blob(repository: string, digest: Digest): Buffer | undefined;
  /** As if it had been pushed. */
  add(repository: string, tag: string, shape: Shape): Digest;
  close(): Promise<void>;
}

interface Shelf {
  readonly tags: Map<string, Digest>;
  readonly manifests: Map<string, Document>;
  readonly blobs: Map<string, Buffer>;
}

const PATH = /^\/v2\/(.+)\/(manifests|blobs)\/(.*)$/;

export async function startPlainRegistry(): Promise<PlainRegistry> {
  const shelves = new Map<string, Shelf>();
  const shelf = (name: string): Shelf => {
    const found = shelves.get(name) ?? { tags: new Map(), manifests: new Map(), blobs: new Map() };
    shelves.set(name, found);
    return found;
  };
  const calls: PlainCall[] = [];
  const uploads = new Set<string>();
  const { handler, faults } = withFaults((request, response) => {
    const url = new URL(request.url ?? '/', 'http://registry');
    const method = request.method ?? '';
    response.on('close', () => calls.push({ method, path: url.pathname, status: response.statusCode }));
    const [, name, what, key = ''] = PATH.exec(url.pathname) ?? [];
    if (name === undefined) return refuse(request, response, [404, 'NAME_UNKNOWN']);
    const at: Ask = { request, response, shelf: shelf(name), key, query: url.searchParams };
    if (what === 'manifests') return method === 'PUT' ? putManifest(at) : getManifest(at);
    if (!key.startsWith('uploads/')) return getBlob(at);
    return upload(at, method, uploads);
  });
  const listening = await listen(handler);
  return {
    origin: listening.origin,
    calls,
    faults,
    manifest: (repository, key) => lookUp(shelf(repository), key),
    blob: (repository, digest) => shelf(repository).blobs.get(digest),
    add: (repository, tag, { blobs, manifests, root }) => {
      const into = shelf(repository);
      for (const bytes of blobs) into.blobs.set(digestOf(bytes), bytes);
      for (const each of [...manifests, root]) into.manifests.set(digestOf(each.bytes), each);
      const digest = digestOf(root.bytes);
      into.tags.set(tag, digest);
      return digest;
    },
    close: () => listening.close(),
  };
}

interface Ask {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly shelf: Shelf;
  readonly key: string;
  readonly query: URLSearchParams;
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  [status, code, message = code]: readonly [number, string, string?],
): void {
  request.resume();
  sendJson(response, status, { errors: [{ code, message }] });
}

const lookUp = ({ manifests, tags }: Shelf, key: string): Document | undefined =>
  manifests.get(tags.get(key) ?? key);

function getManifest({ key, request, response, shelf }: Ask): void {
  const found = lookUp(shelf, key);
  if (!found) {
    refuse(request, response, [404, 'MANIFEST_UNKNOWN']);
    return;
  }
  const type = found.contentType ?? found.mediaType;
  answer(request, response, found.bytes, type === '' ? {} : { 'content-type': type });
}

function getBlob({ key, request, response, shelf }: Ask): void {
  const found = shelf.blobs.get(key);
  if (!found) {
    refuse(request, response, [404, 'BLOB_UNKNOWN']);
    return;
  }
  answer(request, response, found, { 'content-type': 'application/octet-stream' });
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  headers: Record<string, string>,
): void {
  request.resume();
  const length = { 'content-length': bytes.byteLength, 'docker-content-digest': digestOf(bytes) };
  response.writeHead(200, { ...headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

async function putManifest({ key, request, response, shelf }: Ask): Promise<void> {
  const bytes = await readBody(request);
  const digest = digestOf(bytes);
  if (isDigest(key) && key !== digest) return refuse(request, response, [400, 'DIGEST_INVALID']);
  const missing = namedIn(bytes).filter((each) => !shelf.blobs.has(each) && !shelf.manifests.has(each));
  if (missing.length > 0) {
    return refuse(request, response, [404, 'MANIFEST_BLOB_UNKNOWN', `unknown: ${missing.join(', ')}`]);
  }
  shelf.manifests.set(digest, { mediaType: request.headers['content-type'] ?? '', bytes });
  if (!isDigest(key)) shelf.tags.set(key, digest);
  response.writeHead(201, { location: key, 'docker-content-digest': digest }).end();
}

/** Every digest that a manifest lists, whatever kind it is. */
function namedIn(bytes: Buffer): readonly string[] {
  const { config, layers = [], manifests = [] } = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
  return [config, ...layers, ...manifests].flatMap((each) => each?.digest ?? []);
}

async function upload(ask: Ask, method: string, uploads: Set<string>): Promise<void> {
  const { key, query, request, response, shelf } = ask;
  if (method === 'POST') {
    request.resume();
    const id = randomUUID();
    uploads.add(id);
    response.writeHead(202, { location: `${id}?_state=a%2Fb%3D` }).end();
    return;
  }
  // One body, whatever comes of it.
  const known = uploads.delete(key.slice('uploads/'.length)) && query.get('_state') === 'a/b=';
  if (!known) return refuse(request, response, [404, 'BLOB_UPLOAD_UNKNOWN']);
  if (method !== 'PUT') return refuse(request, response, [405, 'UNSUPPORTED', 'one PUT is all there is']);
  const bytes = await readBody(request, 64 * 1024 * 1024).catch(() => undefined);
  if (!bytes) return;
  const digest = digestOf(bytes);
  if (query.get('digest') !== digest) return refuse(request, response, [400, 'DIGEST_INVALID']);
  shelf.blobs.set(digest, bytes);
  response.writeHead(201, { location: `../${digest}`, 'docker-content-digest': digest }).end();
}
