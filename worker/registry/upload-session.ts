import type { BlobAt } from './blobs.ts';
import { type ErrorPlace, isRegistryError, RegistryError } from './errors.ts';
import { type Headers, headerText, resolveAddress } from './headers.ts';
import type { Transport } from './transport.ts';

/**
 * How the bytes go: with the PUT that ends the upload, or with one PATCH before it. Never with two: a second body in one
 * upload is what registries disagree about (on Amazon ECR the Range of later PATCHes stands still,
 * aws/containers-roadmap#2831).
 */
export type UploadWay = 'put' | 'patch';

export interface StartUpload {
  /** A repository of the same registry that may have the blob. */
  readonly mountFrom?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * POST: where the target wants the blob, always at its own origin; or `mounted`, where it has taken it over from another
 * of its repositories (distribution-spec, "Mounting a blob from another repository").
 */
export async function startUpload(
  transport: Transport,
  { repository, blob }: BlobAt,
  { mountFrom, signal }: StartUpload,
): Promise<URL | 'mounted'> {
  const mount = mountFrom === undefined ? '' : `?mount=${blob.digest}&from=${encodeURIComponent(mountFrom)}`;
  const { headers, status, url } = await transport.once({
    operation: 'start upload',
    method: 'POST',
    url: `/v2/${repository}/blobs/uploads/${mount}`,
    scope: { repository, access: 'push' },
    headers: { 'content-length': '0' },
    expect: mountFrom === undefined ? [202] : [201, 202],
    signal,
  });
  if (status === 201) return 'mounted';
  return uploadAddress(transport, { repository, address: headerText(headers, 'location'), from: url });
}

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
  /** Of the answer to the bytes. */
  readonly headers: Headers;
  readonly signal?: AbortSignal | undefined;
}

/** What follows the bytes: nothing but a look at the answer, or the PUT that ends the upload. */
export async function endUpload(transport: Transport, at: BlobAt, sent: BodySent): Promise<void> {
  if (sent.way === 'put') return checkStored(transport, at, sent.headers);
  const { repository } = at;
  const address = headerText(sent.headers, 'location');
  const url =
    address === undefined ? sent.url : uploadAddress(transport, { repository, address, from: sent.url });
  const { headers } = await transport.once({
    operation: 'put blob',
    method: 'PUT',
    url: withDigest(url, at.blob.digest),
    scope: { repository, access: 'push' },
    headers: { 'content-length': '0' },
    expect: [200, 201, 204],
    headersMs: transport.commitMs,
    signal: sent.signal,
  });
  checkStored(transport, at, headers);
}

/** It knows uploads only in two steps: the method or the form is refused, not the blob. */
export function refusesOnePut(error: unknown): boolean {
  if (!isRegistryError(error) || error.operation !== 'put blob' || error.status === undefined) return false;
  return REFUSED_METHOD.has(error.status) || (error.status === 400 && /\bUNSUPPORTED\b/.test(error.detail));
}
const REFUSED_METHOD = new Set([405, 415, 501]);

const DROP_MS = 2_000;

/** Tells the target that nothing more comes (distribution-spec, "Cancelling a blob upload"): at best effort, unwaited. */
export function dropUpload(transport: Transport, { repository }: BlobAt, url: URL): void {
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
  transport.once(call).catch(() => {});
}

/** Throws where the target says that it has stored something else. */
export function checkStored({ endpoint }: Transport, { blob, repository }: BlobAt, headers: Headers): void {
  const stored = headerText(headers, 'docker-content-digest');
  if (stored === undefined || stored === blob.digest) return;
  const detail = `${blob.digest} was sent, the registry says ${stored.slice(0, 80)}`;
  const place = { host: endpoint.host, operation: 'put blob', repository } as const;
  throw new RegistryError({ ...place, code: 'digest mismatch', detail, retryable: false });
}

/** Appended as text: the upload's own query has to stay as it is, byte for byte. */
function withDigest(url: URL, digest: string): string {
  const [address = ''] = url.href.split('#');
  const joint = !address.includes('?') ? '?' : address.endsWith('?') ? '' : '&';
  return `${address}${joint}digest=${digest}`;
}
