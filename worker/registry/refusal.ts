import { type Digest, isDigest } from '../../core/oci/digest.ts';
import { type ErrorPlace, RegistryError, type RegistryErrorCode } from './errors.ts';
import { type Headers, headerText } from './headers.ts';
import { rateLimitOf, retryAtOf } from './rate-limit.ts';
import { redact } from './redact.ts';

/** An answer that is not the one hoped for. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** Empty after a HEAD. */
  readonly body: Uint8Array;
}

interface Said {
  readonly code: string;
  readonly message: string;
}

/**
 * Amazon ECR answers 403 to an expired token (awslabs/soci-snapshotter#1148), ECR Public 400
 * (oras-project/oras-go#1227): both mean log in again, and nothing else with these codes does.
 */
export function wantsLogin(refusal: Refusal): boolean {
  if (refusal.status === 401) return true;
  if (refusal.status !== 403 && refusal.status !== 400) return false;
  const { code, message } = saidBy(refusal.body);
  return code === 'DENIED' && /authorization token has expired|token is invalid/i.test(message);
}

/** Translates an answer; `now` in epoch milliseconds, for a Retry-After in seconds. */
export function refusalError(refusal: Refusal, place: ErrorPlace, now: number): RegistryError {
  const said = saidBy(refusal.body);
  const code = wantsLogin(refusal) ? 'unauthorized' : codeOf(refusal.status, said, place);
  const retryAt = retryAtOf(refusal.headers, now);
  const requestId =
    headerText(refusal.headers, 'x-amzn-requestid') ??
    headerText(refusal.headers, 'x-amz-request-id') ??
    headerText(refusal.headers, 'x-request-id');
  const limit = code === 'rate limited' ? rateLimitOf(place.host, refusal.headers, now) : undefined;
  const missing = code === 'blob unknown' ? digestsIn(said.message) : [];
  return new RegistryError({
    ...place,
    code,
    status: refusal.status,
    detail: redact([said.code, said.message].filter((text) => text !== '').join(': ')) || 'no explanation',
    retryable: isPassing(code, refusal.status),
    ...(retryAt !== undefined && { retryAt }),
    ...(limit && { limit }),
    ...(missing.length > 0 && { missing }),
    ...(requestId !== undefined && { requestId: redact(requestId).slice(0, 80) }),
  });
}

/** What the server does not know how to do at all it does not do later (RFC 9110, 15.6). */
const NOT_ABLE = new Set([501, 505]);
/** Beside 5xx: too slow (RFC 9110, 15.5.9), and nginx's word for a connection that ended under it. */
const PASSING = new Set([408, 499]);

function isPassing(code: RegistryErrorCode, status: number): boolean {
  if (code === 'server') return !NOT_ABLE.has(status);
  return code === 'rate limited' || code === 'upload invalid';
}

function codeOf(status: number, said: Said, { operation }: ErrorPlace): RegistryErrorCode {
  if (status === 429 || said.code === 'TOOMANYREQUESTS') return 'rate limited';
  if (status >= 500 || PASSING.has(status)) return 'server';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'denied';
  if (said.code === 'NAME_UNKNOWN') return 'repository unknown';
  if (operation === 'put manifest') return manifestCode(status, said);
  const uploading = operation === 'put blob' || operation === 'start upload';
  if (uploading && status === 413) return 'too large';
  if (uploading && (status === 416 || /^(BLOB_UPLOAD_|DIGEST_INVALID|SIZE_INVALID)/.test(said.code))) {
    return 'upload invalid';
  }
  if (status === 404 && operation === 'put blob') return 'upload invalid';
  if (status === 404 && operation === 'start upload') return 'repository unknown';
  if (status === 404) return 'not found';
  if (said.code === 'DENIED') return 'denied';
  return 'protocol';
}

function manifestCode(status: number, said: Said): RegistryErrorCode {
  // ECR names missing layers with the first code, the distribution project with the second.
  if (said.code === 'BLOB_UPLOAD_UNKNOWN' || said.code === 'MANIFEST_BLOB_UNKNOWN') return 'blob unknown';
  // The control plane's name for a missing child of an index (PutImage, ReferencedImagesNotFoundException).
  if (/referenced.?images?.?not.?found/i.test(`${said.code} ${said.message}`)) return 'blob unknown';
  if (said.code === 'TAG_INVALID' && /immutable|already exists/i.test(said.message)) return 'tag immutable';
  if (status === 413) return 'too large';
  // Debian's docker-registry says it where two PUTs of the same bytes met; else it says it again.
  if (said.code === 'DIGEST_INVALID') return 'upload invalid';
  if (status === 405 || status === 415 || /^(MANIFEST_|UNSUPPORTED)/.test(said.code)) {
    return 'unsupported manifest';
  }
  if (said.code === 'DENIED') return 'denied';
  return status === 404 ? 'repository unknown' : 'protocol';
}

/** The first of the specification's `errors`, else the text itself: proxies answer in HTML. */
function saidBy(body: Uint8Array): Said {
  const text = Buffer.from(body).toString('utf8');
  try {
    const document: unknown = JSON.parse(text);
    const errors = field(document, 'errors');
    const first: unknown = Array.isArray(errors) ? errors[0] : document;
    const [code, message] = [field(first, 'code'), field(first, 'message') ?? field(document, 'details')];
    const spoken = { code: textOf(code), message: textOf(message) };
    if (spoken.code !== '' || spoken.message !== '') return spoken;
  } catch {
    // Not JSON; shown as it is.
  }
  return storageError(text) ?? { code: '', message: isPage(text) ? pageText(text) : text.slice(0, 1_000) };
}

/**
 * A storage host's refusal (docs.aws.amazon.com/AmazonS3/latest/API, "Error responses"): only these two of its fields,
 * others repeat the signature.
 */
function storageError(text: string): Said | undefined {
  if (!/^\s*(?:<\?xml[^<>]*>\s*)?<Error>/.test(text)) return undefined;
  const field = (name: string): string =>
    new RegExp(`<${name}>([^<>]{1,1000})</${name}>`).exec(text)?.[1]?.trim() ?? '';
  return { code: field('Code'), message: field('Message') };
}

const PAGE_SHOWN = 200;
const isPage = (text: string): boolean => /^\s*<(?:!doctype|html|head|body|\?xml)\b/i.test(text);

/** What people would see of a page that a proxy sent instead; each line once. */
function pageText(page: string): string {
  const lines = page
    .slice(0, 8_192)
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .split(/<!--[\s\S]*?-->|<[^<>]*>|\n/)
    .map((line) => line.replace(/&nbsp;|\s+/g, ' ').trim())
    .filter((line) => line !== '');
  const text = [...new Set(lines)].join(' · ');
  return text.length <= PAGE_SHOWN ? text : `${text.slice(0, PAGE_SHOWN - 1)}…`;
}

function digestsIn(text: string): readonly Digest[] {
  const found: readonly string[] = text.match(/sha256:[0-9a-f]{64}/g) ?? [];
  return [...new Set(found.filter(isDigest))];
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
