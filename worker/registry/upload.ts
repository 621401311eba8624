import { Readable } from 'node:stream';
import { type BlobAt, discard, headBlob, type OpenBlob } from './blobs.ts';
import { connectionError } from './connection-error.ts';
import { type ErrorPlace, RegistryError } from './errors.ts';
import { type Headers, headerText, resolveAddress } from './headers.ts';
import { openResumes } from './resume.ts';
import { retrying } from './retry.ts';
import { DEFAULT_SLOWEST, openThroughput } from './throughput.ts';
import type { Transport } from './transport.ts';
import { blobCheck } from './verified.ts';

/** Where a blob's bytes come from, opened anew for each attempt, and from a byte on where one broke. */
export interface BlobSource {
  readonly open: (options: OpenBlob) => Promise<Readable>;
  /** Where `open` reads from: errors of its bytes are told as that registry's. */
  readonly place?: ErrorPlace | undefined;
  /** How many bytes of this blob have been sent; falls back to 0 when an attempt starts over. */
  readonly onBytes?: ((sentBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * POST, then one PUT with the whole blob and its length: a second body in one upload is what registries
 * disagree about (on Amazon ECR the Range of later PATCHes stands still, aws/containers-roadmap#2831).
 * The upload is opened when the source's first byte is there, so that it does not time out while waiting.
 */
export async function putBlob(transport: Transport, at: BlobAt, source: BlobSource): Promise<void> {
  return uploading(transport, at, {
    ...source,
    send: (signal) => sendBlob(transport, at, { ...source, signal }),
  });
}

export interface Uploading {
  /** One attempt, from the source's first byte to the target's yes. The signal ends with the attempt. */
  readonly send: (signal: AbortSignal) => Promise<void>;
  readonly onBytes?: ((sentBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Attempts until the target has the blob, each in a new upload. */
export async function uploading(transport: Transport, at: BlobAt, work: Uploading): Promise<void> {
  const attempt = async (n: number): Promise<void> => {
    // The answer of an attempt may have been lost after the registry had stored everything.
    if (n > 1 && (await headBlob(transport, at, work.signal))) return;
    work.onBytes?.(0);
    const ours = new AbortController();
    const signal = work.signal ? AbortSignal.any([work.signal, ours.signal]) : ours.signal;
    try {
      await work.send(signal);
    } catch (error) {
      throw work.signal?.aborted ? work.signal.reason : error;
    } finally {
      // One side failing closes the other.
      ours.abort();
    }
  };
  return retrying(transport.clock, attempt, work.signal);
}

async function sendBlob(
  transport: Transport,
  at: BlobAt,
  { open, place, onBytes, signal }: BlobSource & { readonly signal: AbortSignal },
): Promise<void> {
  const here: ErrorPlace = {
    host: transport.endpoint.host,
    operation: 'put blob',
    repository: at.repository,
  };
  const over = new AbortController();
  const pieces = resumedPieces(transport, at, {
    open,
    place: place ?? here,
    signal: AbortSignal.any([signal, over.signal]),
  });
  try {
    const first = await pieces.next();
    const url = await startUpload(transport, at, signal);
    const rest = async function* (): AsyncGenerator<Buffer> {
      let sent = 0;
      for (let next = first; next.done !== true; next = await pieces.next()) {
        sent += next.value.length;
        yield next.value;
        onBytes?.(sent);
      }
    };
    await finishUpload(transport, at, { url, bytes: Readable.from(rest(), { highWaterMark: 4 }), signal });
  } finally {
    // Closes the source where it was not read to its end.
    over.abort();
  }
}

interface Pieces {
  readonly open: BlobSource['open'];
  readonly place: ErrorPlace;
  readonly signal: AbortSignal;
}

/**
 * The blob, verified over all downloads that it takes: one that breaks is asked for again from where it broke. Errors
 * are the source's, told as such: undici hands a body's own error on.
 */
async function* resumedPieces(
  { clock, slowest }: Transport,
  { blob }: BlobAt,
  { open, place, signal }: Pieces,
): AsyncGenerator<Buffer, undefined> {
  const check = blobCheck(blob, place);
  const throughput = openThroughput(slowest ?? DEFAULT_SLOWEST, clock.now);
  const resumes = openResumes(clock);
  let body: Readable | undefined;
  const close = (): void => void (body && discard(body));
  signal.addEventListener('abort', close, { once: true });
  for (;;) {
    try {
      body = await open({ fromByte: check.bytes, signal });
      throughput.waiting();
      for await (const chunk of body) {
        throughput.add(chunk.length);
        check.add(chunk);
        yield chunk;
        // How long it was kept waiting is not the source's doing.
        throughput.waiting();
      }
      check.end();
      return undefined;
    } catch (error) {
      await resumes.next(connectionError(error, place), check.bytes, signal);
    } finally {
      close();
    }
  }
}

interface Finish {
  readonly url: URL;
  readonly bytes: Readable;
  readonly signal: AbortSignal;
}

async function finishUpload(transport: Transport, at: BlobAt, { url, bytes, signal }: Finish): Promise<void> {
  try {
    const { headers } = await transport.once({ ...putCall(transport, at, url), body: bytes, signal });
    checkStored(transport, at, headers);
  } finally {
    discard(bytes);
  }
}

/** The PUT that ends an upload, but for its body. */
export function putCall({ commitMs }: Transport, { blob, repository }: BlobAt, url: URL) {
  return {
    operation: 'put blob',
    method: 'PUT',
    url: withDigest(url, blob.digest),
    scope: { repository, access: 'push' },
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.sizeBytes) },
    expect: [200, 201, 204],
    headersMs: commitMs,
  } as const;
}

/** Throws where the target says that it has stored something else. */
export function checkStored({ endpoint }: Transport, { blob, repository }: BlobAt, headers: Headers): void {
  const stored = headerText(headers, 'docker-content-digest');
  if (stored === undefined || stored === blob.digest) return;
  const detail = `${blob.digest} was sent, the registry says ${stored.slice(0, 80)}`;
  const place = { host: endpoint.host, operation: 'put blob', repository } as const;
  throw new RegistryError({ ...place, code: 'digest mismatch', detail, retryable: false });
}

/** Where the target wants the blob: always at its own origin. */
export async function startUpload(
  transport: Transport,
  { repository }: BlobAt,
  signal: AbortSignal,
): Promise<URL> {
  const { endpoint } = transport;
  const { headers, url } = await transport.once({
    operation: 'start upload',
    method: 'POST',
    url: `/v2/${repository}/blobs/uploads/`,
    scope: { repository, access: 'push' },
    headers: { 'content-length': '0' },
    expect: [202],
    signal,
  });
  const place: ErrorPlace = { host: endpoint.host, operation: 'start upload', repository };
  const target = resolveAddress(headerText(headers, 'location'), url);
  if (!target) {
    const detail = 'the upload has no usable Location';
    throw new RegistryError({ ...place, code: 'protocol', detail, retryable: false });
  }
  if (target.origin !== endpoint.origin) {
    const detail = `the upload was sent to another origin, ${target.host}`;
    throw new RegistryError({ ...place, code: 'refused address', detail, retryable: false });
  }
  return target;
}

/** Appended as text: the upload's own query has to stay as it is, byte for byte. */
function withDigest(url: URL, digest: string): string {
  const [address = ''] = url.href.split('#');
  const joint = !address.includes('?') ? '?' : address.endsWith('?') ? '' : '&';
  return `${address}${joint}digest=${digest}`;
}
