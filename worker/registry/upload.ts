import { Readable } from 'node:stream';
import { type BlobAt, discard, type OpenBlob } from './blobs.ts';
import { connectionError } from './connection-error.ts';
import type { ErrorPlace } from './errors.ts';
import { openResumes } from './resume.ts';
import { DEFAULT_SLOWEST, openThroughput } from './throughput.ts';
import type { Transport } from './transport.ts';
import { bodyCall, endUpload } from './upload-session.ts';
import { type UploadAttempt, uploading } from './uploading.ts';
import { blobCheck } from './verified.ts';

/** Where a blob's bytes come from, opened anew for each attempt, and from a byte on where one broke. */
export interface BlobSource {
  readonly open: (options: OpenBlob) => Promise<Readable>;
  /** Where `open` reads from: errors of its bytes are told as that registry's. */
  readonly place?: ErrorPlace | undefined;
  /** How many bytes of this blob have been sent; falls back to 0 when an attempt starts over. */
  readonly onBytes?: ((sentBytes: number) => void) | undefined;
  /** A repository of the same registry as the target's that may have the blob already. */
  readonly mountFrom?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The whole blob with its length, streamed through undici: in the body of one PUT, or of one PATCH before it. */
export async function putBlob(transport: Transport, at: BlobAt, source: BlobSource): Promise<void> {
  return uploading(transport, at, {
    ...source,
    send: (attempt) => sendBlob(transport, at, { source, attempt }),
  });
}

interface Sending {
  readonly source: BlobSource;
  readonly attempt: UploadAttempt;
}

async function sendBlob(
  transport: Transport,
  at: BlobAt,
  { source: { open, place, onBytes }, attempt }: Sending,
): Promise<void> {
  const { signal, way } = attempt;
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
    const url = await attempt.start();
    const rest = async function* (): AsyncGenerator<Buffer> {
      let sent = 0;
      for (let next = first; next.done !== true; next = await pieces.next()) {
        sent += next.value.length;
        yield next.value;
        onBytes?.(sent);
      }
    };
    const body = Readable.from(rest(), { highWaterMark: 4 });
    try {
      const answer = await transport.once({ ...bodyCall(transport, at, { way, url }), body, signal });
      await endUpload(transport, at, { way, url, answer, signal });
    } finally {
      discard(body);
    }
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
