import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/**
 * `refused`: Slack answered and did not do it · `busy`: not done, come back later ·
 * `unknown`: no answer, so it may be done or may still be.
 */
export type SlackAnswer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string; readonly detail?: string }
  | { readonly kind: 'busy'; readonly afterMs: number }
  | { readonly kind: 'unknown'; readonly detail: string };

export async function settleCall<T>(call: () => Promise<T>): Promise<SlackAnswer<T>> {
  try {
    return { kind: 'ok', value: await call() };
  } catch (error) {
    return answerOf(error);
  }
}

export function answerOf(error: unknown): Exclude<SlackAnswer<never>, { kind: 'ok' }> {
  if (error instanceof NotPostable) return { kind: 'refused', code: error.code };
  if (error instanceof WebAPIRateLimitedError) return { kind: 'busy', afterMs: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) {
    const { data } = error;
    if (data.error === 'ratelimited' || data.error === 'rate_limited')
      return { kind: 'busy', afterMs: 30_000 };
    // A proxy's HTML page with status 200 arrives as a platform error whose "code" is the page: that is no answer.
    if (!/^[a-z0-9_]{1,60}$/.test(data.error)) return { kind: 'unknown', detail: 'not an answer of Slack' };
    if (SERVER_TROUBLE.has(data.error)) return { kind: 'unknown', detail: data.error };
    const detail = data.response_metadata?.messages?.join(' ');
    return { kind: 'refused', code: data.error, ...(detail && { detail }) };
  }
  if (error instanceof WebAPIHTTPError) return { kind: 'unknown', detail: `HTTP ${error.statusCode}` };
  return { kind: 'unknown', detail: error instanceof Error ? error.message : String(error) };
}

/** Slack's own documents say of these that the operation may have been done. */
const SERVER_TROUBLE = new Set(['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable']);

/** The app itself is not let in any more: nothing can be said until somebody mends it, and nothing is given up. */
const LOCKED_OUT = new Set([
  'account_inactive',
  'invalid_auth',
  'missing_scope',
  'not_authed',
  'org_login_required',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
]);
export const isLockedOut = (code: string): boolean => LOCKED_OUT.has(code);

/** We cannot look there, so nothing of ours can be found there. */
const OUT_OF_SIGHT = new Set([
  'channel_not_found',
  'not_in_channel',
  'thread_not_found',
  'message_not_found',
]);
export const isOutOfSight = (code: string): boolean => OUT_OF_SIGHT.has(code);

/** The message is gone, or its channel takes nothing any more: it can neither be edited nor answered. */
const CARD_GONE = new Set(['message_not_found', 'thread_not_found', 'is_archived', 'is_inactive']);
export const isCardGone = (code: string): boolean => CARD_GONE.has(code);

/** Our own mistake in the blocks, or more of them than Slack takes; the text alone may pass. */
const BAD_BLOCKS = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long']);
export const isBadBlocks = (code: string): boolean => BAD_BLOCKS.has(code);

/** Slack answered the question, and the answer is no. Caught by settleCall. */
export class NotPostable extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.name = 'NotPostable';
    this.code = code;
  }
}
