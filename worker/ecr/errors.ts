import type { Ecr } from './client.ts';
import { type Denied, parseDenied } from './denied.ts';

/** Why a call to ECR did not work, as far as it matters for what happens next. */
export type EcrProblem =
  | ({ readonly kind: 'permission'; readonly message: string } & Denied)
  /** Also what a wrong Region or account looks like: always shown with both. */
  | {
      readonly kind: 'repositoryNotFound';
      readonly repository: string;
      readonly account: string;
      readonly region: string;
    }
  | { readonly kind: 'credentials'; readonly problem: CredentialProblem; readonly message: string }
  | { readonly kind: 'throttled'; readonly message: string }
  /** No answer at all: `code` is the system's or the SDK's name for it, such as ECONNREFUSED. */
  | { readonly kind: 'unreachable'; readonly code: string; readonly message: string }
  | { readonly kind: 'immutableTag'; readonly message: string }
  | { readonly kind: 'limit'; readonly message: string }
  | {
      readonly kind: 'other';
      readonly code: string;
      readonly message: string;
      readonly status?: number;
      readonly requestId?: string;
      /** The fault is on AWS's side: the same call may work later. */
      readonly retryable: boolean;
    };

/**
 * expired · unrecognised: a wrong key or secret, or a Region that the account has not opted in to ·
 * clock: this machine's time is off · region: signed for another Region than the endpoint's · none: nothing to sign with.
 */
export type CredentialProblem = 'expired' | 'unrecognised' | 'clock' | 'region' | 'none';

export interface EcrContext extends Pick<Ecr, 'account' | 'region'> {
  /** IAM's name of what was asked, where the answer does not say. */
  readonly action?: string;
  readonly repository?: string;
}

/** Errors are told apart by name: most of them are no classes of the SDK (AccessDeniedException is not). */
export function describeEcrError(error: unknown, context: EcrContext): EcrProblem {
  const { name, message, code, status, requestId, sent } = factsOf(error);
  if (name === 'AccessDeniedException' || name === 'AccessDenied') {
    const fallback: Denied = { action: context.action ?? 'ecr:*', reason: 'unknown' };
    return { kind: 'permission', message, ...(parseDenied(message) ?? fallback) };
  }
  if (name === 'RepositoryNotFoundException') {
    const { repository = 'unknown', account, region } = context;
    return { kind: 'repositoryNotFound', repository, account, region };
  }
  const credentials = credentialProblem(name, message);
  if (credentials) return { kind: 'credentials', problem: credentials, message };
  if (THROTTLING.has(name) || status === 429) return { kind: 'throttled', message };
  if (name === 'ImageTagAlreadyExistsException') return { kind: 'immutableTag', message };
  if (name === 'LimitExceededException' || name === 'TooManyTagsException') return { kind: 'limit', message };
  if (status === undefined && name !== 'AbortError' && (sent || UNREACHABLE.has(code ?? ''))) {
    return { kind: 'unreachable', code: code ?? name, message };
  }
  return {
    kind: 'other',
    code: code ?? name,
    message,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    retryable: status !== undefined && status >= 500,
  };
}

const THROTTLING = new Set([
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'ThrottleException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
]);

/** What the system calls a line that does not come up or goes down. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'CERT_HAS_EXPIRED',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
]);

function credentialProblem(name: string, message: string): CredentialProblem | undefined {
  switch (name) {
    case 'ExpiredTokenException':
    case 'ExpiredToken':
      return 'expired';
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
      return 'unrecognised';
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      if (message.includes('valid region')) return 'region';
      return message.includes('signature we calculated') ? 'unrecognised' : 'clock';
    case 'RequestExpired':
    case 'RequestTimeTooSkewed':
      return 'clock';
    case 'CredentialsProviderError':
    case 'TokenProviderError':
    case 'MissingAuthenticationTokenException':
      return 'none';
    default:
      return undefined;
  }
}

interface Facts {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly status?: number;
  readonly requestId?: string;
  /** It comes from a call that the SDK tried, whether an answer came or not. */
  readonly sent: boolean;
}

function factsOf(error: unknown): Facts {
  if (!(error instanceof Error)) return { name: 'unknown', message: String(error), sent: false };
  const { name, message } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name, message, ...code, ...metadataOf(error) };
}

/** `$metadata` of the SDK: there is a status only where an answer came. */
function metadataOf(error: Error): Pick<Facts, 'status' | 'requestId' | 'sent'> {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) {
    return { sent: false };
  }
  const metadata = error.$metadata;
  return {
    sent: true,
    ...('httpStatusCode' in metadata &&
      typeof metadata.httpStatusCode === 'number' && { status: metadata.httpStatusCode }),
    ...('requestId' in metadata &&
      typeof metadata.requestId === 'string' && { requestId: metadata.requestId }),
  };
}
