import { askForBlob, type BlobAt } from './blobs.ts';
import { type ErrorPlace, isRegistryError, RegistryError } from './errors.ts';
import { type Headers, headerText, resolveAddress } from './headers.ts';
import type { Transport } from './transport.ts';

/**
 * How the bytes go: with the PUT that ends the upload, or with one PATCH before it. Never with two: a second body in one
 * upload is what registries disagree about (on Amazon ECR the Range of later PATCHes stands still,
 * aws/containers-roadmap#2831).
 */
export type UploadWay = 'put' | 'patch';

/** POST: where the target wants the blob, always at its own origin. */
export async function startUpload(
  transport: Transport,
  { repository }: BlobAt,
  signal?: AbortSignal,
): Promise<URL> {
  const { headers, url } = await transport.once({ ...startCall(repository), expect: [202], signal });
  return uploadAddress(transport, { repository, address: headerText(headers, 'location'), from: url });
}

export interface MountUpload {
  /** A repository of the same registry that may have the blob. */
  readonly mountFrom: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * startUpload(), or `mounted` where the target has taken the blob over from another of its repositories
 * (distribution-spec, "Mounting a blob from another repository").
 */
export async function mountUpload(
  transport: Transport,
  { repository, blob }: BlobAt,
  { mountFrom, signal }: MountUpload,
): Promise<URL | 'mounted'> {
  const query = `?mount=${blob.digest}&from=${encodeURIComponent(mountFrom)}`;
  const call = { ...startCall(repository, query), expect: [201, 202], signal };
  const { headers, status, url } = await transport.once(call);
  if (status === 201) return 'mounted';
  return uploadAddress(transport, { repository, address: headerText(headers, 'location'), from: url });
}

const startCall = (repository: string, query = '') =>
  ({
    operation: 'start upload',
    method: 'POST',
    url: `/v2/${repository}/blobs/uploads/${query}`,
    scope: { repository, access: 'push' },
    headers: { 'content-length': '0' },
  }) as const;

interface Address {
  readonly repository: string;
  readonly address: string | undefined;
  readonly from: URL;
}

function uploadAddress({ endpoint }: Transport, { repository, address, from }: Address): URL {
  const place: ErrorPlace = { host: endpoint.host, operation: 'start upload', repository };
  const target = resolveAddress(address, from);
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

/** The request that carries the bytes, but for them. */
export function bodyCall({ commitMs }: Transport, { blob, repository }: BlobAt, to: UploadTo) {
  const common = {
    operation: 'put blob',
    scope: { repository, access: 'push' },
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.sizeBytes) },
    headersMs: commitMs,
  } as const;
  return to.way === 'put'
    ? ({ ...common, method: 'PUT', url: withDigest(to.url, blob.digest), expect: [200, 201, 204] } as const)
    : ({ ...common, method: 'PATCH', url: to.url, expect: [200, 201, 202, 204] } as const);
}
export interface UploadTo {
  readonly way: UploadWay;
  readonly url: URL;
}

export interface BodySent extends UploadTo {
  /** The answer to the bytes. */
  readonly answer: UploadAnswer;
  readonly signal?: AbortSignal | undefined;
}
export interface UploadAnswer {
  readonly status: number;
  readonly headers: Headers;
}

/** What follows the bytes: nothing but a look at the answer, or the PUT that ends the upload. */
export async function endUpload(transport: Transport, at: BlobAt, sent: BodySent): Promise<void> {
  if (sent.way === 'put') return checkStored(transport, at, sent);
  const { repository } = at;
  const address = headerText(sent.answer.headers, 'location');
  const url =
    address === undefined ? sent.url : uploadAddress(transport, { repository, address, from: sent.url });
  const answer = await transport.once({
    operation: 'put blob',
    method: 'PUT',
    url: withDigest(url, at.blob.digest),
    scope: { repository, access: 'push' },
    headers: { 'content-length': '0' },
    expect: [200, 201, 204],
    headersMs: transport.commitMs,
    signal: sent.signal,
  });
  await checkStored(transport, at, { answer, signal: sent.signal });
}

/** It knows uploads only in two steps: the method or the form is refused, not the blob. */
export function refusesOnePut(error: unknown): boolean {
  if (!isRegistryError(error) || error.operation !== 'put blob' || error.status === undefined) return false;
  if (REFUSED_METHOD.has(error.status)) return true;
  if (error.status === 400) return /\bUNSUPPORTED\b/.test(error.detail);
  // No route for it. An upload that is gone is told by its name.
  return error.status === 404 && !/\b[A-Z_]+_UNKNOWN\b/.test(error.detail);
}
const REFUSED_METHOD = new Set([405, 415, 501]);

/** Somebody else's upload of the same blob has ended first: the registry may refuse ours for it. */
export const saysItIsThere = (error: unknown): boolean =>
  isRegistryError(error) &&
  (error.operation === 'put blob' || error.operation === 'start upload') &&
  (error.status === 409 || /already.?exists/i.test(error.detail));

/** The target has read all bytes and finds that they are others, as ECR and the distribution project say it. */
export const saysTheBytesAreOthers = (error: unknown): error is RegistryError =>
  isRegistryError(error, 'upload invalid') && /\bDIGEST_INVALID\b|layer digests? match/i.test(error.detail);

const DROP_MS = 2_000;

/**
 * Tells the target that nothing more comes (distribution-spec, "Cancelling a blob upload"): at best effort, never throws.
 */
export async function dropUpload(transport: Transport, { repository }: BlobAt, url: URL): Promise<void> {
  const signal = AbortSignal.timeout(DROP_MS);
  const scope = { repository, access: 'push' } as const;
  const call = {
    operation: 'drop upload',
    method: 'DELETE',
    url,
    scope,
    expect: [200, 202, 204],
    signal,
  } as const;
  await transport.once(call).catch(() => {});
}

/**
 * Throws where the target says that it has stored something else, and where it is only polite: 201 is the answer to an
 * upload that has ended (distribution-spec, "Pushing blobs"), after another 2xx the blob has to be there to be believed.
 */
async function checkStored(
  transport: Transport,
  at: BlobAt,
  { answer, signal }: Pick<BodySent, 'answer' | 'signal'>,
): Promise<void> {
  const { blob, repository } = at;
  const place = { host: transport.endpoint.host, operation: 'put blob', repository } as const;
  const stored = headerText(answer.headers, 'docker-content-digest');
  if (stored !== undefined && stored !== blob.digest) {
    const detail = `${blob.digest} was sent, the registry says ${stored.slice(0, 80)}`;
    throw new RegistryError({ ...place, code: 'digest mismatch', detail, retryable: false });
  }
  if (answer.status === 201 || (await askForBlob(transport, at, signal)) !== 'missing') return;
  const detail = `${blob.digest} was sent and answered with ${answer.status}, and it is not there`;
  throw new RegistryError({ ...place, code: 'protocol', detail, retryable: true });
}

/** Appended as text: the upload's own query has to stay as it is, byte for byte. */
function withDigest(url: URL, digest: string): string {
  const [address = ''] = url.href.split('#');
  const joint = !address.includes('?') ? '?' : address.endsWith('?') ? '' : '&';
  return `${address}${joint}digest=${digest}`;
}
