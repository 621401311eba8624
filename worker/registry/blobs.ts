import { Readable } from 'node:stream';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import { codingOf, decoded, UnknownCoding } from './coding.ts';
import { connectionError } from './connection-error.ts';
import { type ErrorPlace, isRegistryError, RegistryError } from './errors.ts';
import { type Headers, headerNumber, headerText } from './headers.ts';
import { redact } from './redact.ts';
import { retrying } from './retry.ts';
import type { Transport } from './transport.ts';
import { verified } from './verified.ts';

/** One blob of one repository. */
export interface BlobAt {
  readonly repository: string;
  readonly blob: Descriptor;
}

/**
 * Whether the repository has the blob. Registries answer this HEAD with 400, 403 or 405 too; that is no
 * reason to stop, an upload will tell: it counts as no. Throws when it is unreachable, failing or limiting.
 */
export async function headBlob(transport: Transport, at: BlobAt, signal?: AbortSignal): Promise<boolean> {
  return (await askForBlob(transport, at, signal)) === 'there';
}

/** headBlob(), and whether a no is the registry's word or only nothing that could be learnt. */
export async function askForBlob(
  transport: Transport,
  at: BlobAt,
  signal?: AbortSignal,
): Promise<'there' | 'missing' | 'unknown'> {
  try {
    await transport.read({ ...pull(at), operation: 'head blob', method: 'HEAD', signal });
    return 'there';
  } catch (error) {
    const { status } = isRegistryError(error) ? error : {};
    if (status === undefined || status < 400 || status >= 500 || retryable(error)) throw error;
    return status === 404 ? 'missing' : 'unknown';
  }
}

/**
 * The blob as a stream, after redirects. One try, nothing verified but the promised length: who reads it
 * verifies, and asks again as a whole. Destroying the stream, or the signal, closes the connection.
 */
export async function openBlob(
  transport: Transport,
  at: BlobAt,
  { fromByte = 0, signal }: OpenBlob = {},
): Promise<Readable> {
  const reply = await transport.send({ ...getCall(at, fromByte), signal });
  try {
    const skipBytes = checkAnswer(transport, at, { ...reply, fromByte });
    const coding = codingToUndo(reply, at.blob);
    const body = coding === undefined ? reply.body : decoded(reply.body, coding);
    return skipBytes > 0 ? Readable.from(without(body, skipBytes), { objectMode: false }) : body;
  } catch (error) {
    discard(reply.body);
    if (!(error instanceof UnknownCoding)) throw error;
    const facts = { ...placeOf(transport, at), code: 'protocol', retryable: false } as const;
    throw new RegistryError({ ...facts, detail: redact(error.message) }, error);
  }
}

/**
 * The coding that somebody on the way has put around the blob; undefined where there is none, and where the size is the
 * blob's own: stores also name gzip as the coding of what is a gzip by itself (Amazon S3, "Content-Encoding" of an object).
 * A part has told that size in its Content-Range.
 */
export function codingToUndo(
  { headers, status }: Pick<BlobAnswer, 'headers' | 'status'>,
  { sizeBytes }: Descriptor,
): string | undefined {
  if (status !== 200 || headerNumber(headers, 'content-length') === sizeBytes) return undefined;
  return codingOf(headers);
}

export interface OpenBlob {
  /** The rest from here on. */
  readonly fromByte?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

async function* without(body: Readable, skipBytes: number): AsyncGenerator<Buffer> {
  let left = skipBytes;
  for await (const chunk of body) {
    const rest: Buffer = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

/** The GET of a blob, or of its rest: always at the registry, since the signed address of a storage runs out. */
export const getCall = (at: BlobAt, fromByte = 0) =>
  ({
    ...pull(at),
    operation: 'get blob',
    method: 'GET',
    ...(fromByte > 0 && { headers: { range: `bytes=${fromByte}-` }, expect: [206, 200] }),
  }) as const;

interface BlobAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly fromByte: number;
}

/**
 * How many bytes to pass over first: a server may answer a Range with the whole (RFC 9110, 14.2). A part that is not the
 * one asked for is never spliced in. Throws `digest mismatch` where the blob has another size than it should have.
 */
export function checkAnswer(transport: Transport, at: BlobAt, answer: BlobAnswer): number {
  const { fromByte, headers, status } = answer;
  const { sizeBytes } = at.blob;
  const length = headerNumber(headers, 'content-length');
  if (status === 200) {
    const isOwn = codingToUndo(answer, at.blob) === undefined;
    if (isOwn && length !== undefined && length !== sizeBytes) throw wrongLength(transport, at, length);
    return fromByte;
  }
  const range = headerText(headers, 'content-range');
  const [, first, last, total] = /^bytes ([0-9]+)-([0-9]+)\/([0-9]+|\*)$/.exec(range?.trim() ?? '') ?? [];
  const fits =
    Number(first) === fromByte &&
    Number(last) === sizeBytes - 1 &&
    (total === '*' || Number(total) === sizeBytes) &&
    (length === undefined || length === sizeBytes - fromByte);
  if (fits) return 0;
  const detail = `bytes from ${fromByte} on were asked for, the answer says ${range ?? 'nothing of them'}`;
  throw new RegistryError({
    ...placeOf(transport, at),
    code: 'protocol',
    detail: redact(detail),
    retryable: true,
  });
}

/** What is promised is not what was asked for: another try brings nothing else. */
export function wrongLength(transport: Transport, at: BlobAt, lengthBytes: number): RegistryError {
  const { digest, sizeBytes } = at.blob;
  const detail = `${digest} has ${sizeBytes} bytes, the registry sends ${lengthBytes}`;
  return new RegistryError({ ...placeOf(transport, at), code: 'digest mismatch', detail, retryable: false });
}

/** A small blob's bytes, verified: a config, never a layer. Throws `too large` above `maxBytes` without asking. */
export async function getBlobBytes(
  transport: Transport,
  at: BlobAt,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal?: AbortSignal | undefined },
): Promise<Buffer> {
  const place = placeOf(transport, at);
  if (at.blob.sizeBytes > maxBytes) {
    const detail = `${at.blob.digest} has ${at.blob.sizeBytes} bytes, at most ${maxBytes} are read`;
    throw new RegistryError({ ...place, code: 'too large', detail, retryable: false });
  }
  const attempt = async (): Promise<Buffer> => {
    const source = await openBlob(transport, at, { signal });
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of verified(source, at.blob, place)) chunks.push(chunk);
    } catch (error) {
      throw signal?.aborted ? signal.reason : connectionError(error, place);
    }
    return Buffer.concat(chunks);
  };
  return retrying(transport.clock, attempt, signal);
}

/** Ends a stream nobody reads on. The error that may follow has been told already, or is of no interest. */
export function discard(body: Readable): void {
  body.on('error', () => {});
  body.destroy();
}

function pull({ repository, blob }: BlobAt) {
  return {
    url: `/v2/${repository}/blobs/${blob.digest}`,
    scope: { repository, access: 'pull' },
    expect: [200],
  } as const;
}

const retryable = (error: unknown): boolean => isRegistryError(error) && error.retryable;

const placeOf = ({ endpoint }: Transport, { repository }: BlobAt): ErrorPlace => ({
  host: endpoint.host,
  operation: 'get blob',
  repository,
});
