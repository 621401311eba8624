import { type Digest, digestOf, isDigest } from '../../core/oci/digest.ts';
import { MANIFEST_MAX_BYTES, type Manifest, ManifestError, parseManifest } from '../../core/oci/manifest.ts';
import { ACCEPT_MANIFESTS } from '../../core/oci/media-type.ts';
import { codingOf, decodedBytes } from './coding.ts';
import { connectionError } from './connection-error.ts';
import { type ErrorPlace, isRegistryError, RegistryError, type RegistryErrorCode } from './errors.ts';
import { type Headers, headerNumber, headerText } from './headers.ts';
import type { Transport } from './transport.ts';

/** What a HEAD tells of a manifest, without spending a pull. */
export interface ManifestFacts {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/** A tag or a digest of one repository. */
export interface ManifestAt {
  readonly repository: string;
  readonly key: string;
}

/** Undefined: there is none. Asks a second time with GET where a HEAD does not tell enough, or not why it failed. */
export async function headManifest(
  transport: Transport,
  at: ManifestAt,
  signal?: AbortSignal,
): Promise<ManifestFacts | undefined> {
  const place = placeOf(transport, at, 'head manifest');
  try {
    const { headers } = await transport.read({
      ...pull(at),
      operation: 'head manifest',
      method: 'HEAD',
      signal,
    });
    const digest = headerText(headers, 'docker-content-digest');
    const mediaType = headerText(headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
    // The length of what a proxy has compressed is not the manifest's.
    const sizeBytes = codingOf(headers) ? undefined : headerNumber(headers, 'content-length');
    if (digest !== undefined && isDigest(digest) && mediaType && sizeBytes !== undefined) {
      if (isDigest(at.key) && at.key !== digest) throw lie(place, at.key, digest);
      return { digest, mediaType, sizeBytes };
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    // An error of a HEAD has no body; with a GET the registry says why.
    if (!isRegistryError(error) || !isUnexplained(error)) throw error;
  }
  try {
    const manifest = await getManifest(transport, at, signal);
    return { digest: manifest.digest, mediaType: manifest.mediaType, sizeBytes: manifest.bytes.byteLength };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * The manifest as bytes and parsed. The digest is computed from the bytes; a key that is a digest must be
 * theirs, and so must what the registry claims in Docker-Content-Digest.
 */
export async function getManifest(
  transport: Transport,
  at: ManifestAt,
  signal?: AbortSignal,
): Promise<Manifest> {
  const place = placeOf(transport, at, 'get manifest');
  const call = { ...pull(at), operation: 'get manifest', method: 'GET', signal } as const;
  const { headers, body } = await transport.read(call, MANIFEST_MAX_BYTES);
  const bytes = await ownBytes(body, headers, { at, place });
  const manifest = parsed(bytes, headerText(headers, 'content-type'), place);
  const claimed = headerText(headers, 'docker-content-digest');
  if (isDigest(at.key) && manifest.digest !== at.key) throw lie(place, at.key, manifest.digest);
  if (claimed !== undefined && claimed !== manifest.digest) throw lie(place, claimed, manifest.digest);
  return manifest;
}

/** Sends the bytes as they were received. Throws `tag immutable`, `blob unknown`, `unsupported manifest` among others. */
export async function putManifest(
  transport: Transport,
  at: ManifestAt,
  { manifest, signal }: { readonly manifest: Manifest; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { headers } = await transport.read({
    operation: 'put manifest',
    method: 'PUT',
    url: pathOf(at),
    scope: { repository: at.repository, access: 'push' },
    headers: { 'content-type': manifest.mediaType },
    body: Buffer.from(manifest.bytes),
    expect: [200, 201, 202, 204],
    signal,
  });
  const stored = headerText(headers, 'docker-content-digest');
  if (stored !== undefined && stored !== manifest.digest) {
    throw lie(placeOf(transport, at, 'put manifest'), manifest.digest, stored);
  }
}

interface Asked {
  readonly at: ManifestAt;
  readonly place: ErrorPlace;
}

/** Without the coding that a proxy has put around them, unless they are what was asked for as they came. */
async function ownBytes(body: Buffer, headers: Headers, { at, place }: Asked): Promise<Buffer> {
  const coding = codingOf(headers);
  if (coding === undefined || digestOf(body) === at.key) return body;
  try {
    return await decodedBytes(body, coding, MANIFEST_MAX_BYTES);
  } catch (error) {
    const { code, detail } = connectionError(error, place);
    const what = code === 'too large' ? code : 'protocol';
    throw new RegistryError({ ...place, code: what, detail, retryable: false }, error);
  }
}

const pathOf = ({ repository, key }: ManifestAt): string => `/v2/${repository}/manifests/${key}`;

function pull(at: ManifestAt) {
  return {
    url: pathOf(at),
    scope: { repository: at.repository, access: 'pull' },
    headers: { accept: ACCEPT_MANIFESTS },
    expect: [200],
  } as const;
}

function parsed(bytes: Buffer, contentType: string | undefined, place: ErrorPlace): Manifest {
  try {
    return parseManifest(bytes, contentType);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const facts = {
      ...place,
      code: 'unsupported manifest',
      detail: error.message,
      retryable: false,
    } as const;
    throw new RegistryError(facts, error);
  }
}

function lie(place: ErrorPlace, expected: string, got: string): RegistryError {
  const detail = `expected ${expected.slice(0, 80)}, got ${got.slice(0, 80)}`;
  return new RegistryError({ ...place, code: 'digest mismatch', detail, retryable: false });
}

const MISSING: readonly RegistryErrorCode[] = ['not found', 'repository unknown'];
const isMissing = (error: unknown): boolean => isRegistryError(error) && MISSING.includes(error.code);

/** A token service has said why: only the registry's own answer to a HEAD has no words. */
const isUnexplained = ({ status, code, operation }: RegistryError): boolean =>
  status !== undefined && status >= 400 && status < 500 && code !== 'rate limited' && operation !== 'log in';

const placeOf = (
  { endpoint }: Transport,
  { repository }: ManifestAt,
  operation: ErrorPlace['operation'],
): ErrorPlace => ({ host: endpoint.host, operation, repository });
