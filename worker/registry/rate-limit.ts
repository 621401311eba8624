import { type Headers, headerNumber, headerText } from './headers.ts';

/**
 * What a registry says about how much may still be pulled. Docker Hub: `ratelimit-limit: 100;w=21600`,
 * `ratelimit-remaining`, both absent for unlimited plans (docs.docker.com/docker-hub/usage/pulls).
 */
export interface RateLimit {
  readonly host: string;
  readonly limit?: number;
  readonly remaining?: number;
  /** How many of them we do not spend ourselves. */
  readonly kept?: number;
  /** The window the limit is for, in seconds. */
  readonly windowSeconds?: number;
  /** Whose budget it is: Docker Hub names an address or an account id. */
  readonly source?: string;
  /** Epoch milliseconds. */
  readonly resetAt?: number;
  /** Epoch milliseconds; only with a refusal. */
  readonly retryAt?: number;
}

/** Undefined where the answer says nothing about limits. `now` in epoch milliseconds. */
export function rateLimitOf(host: string, headers: Headers, now: number): RateLimit | undefined {
  const limit = leadingNumber(headerText(headers, 'ratelimit-limit'));
  const remaining = leadingNumber(headerText(headers, 'ratelimit-remaining'));
  const window = /;\s*w=([0-9]{1,9})/.exec(headerText(headers, 'ratelimit-limit') ?? '')?.[1];
  const source = headerText(headers, 'docker-ratelimit-source');
  const resetAt = resetAtOf(headers, now);
  const retryAt = retryAtOf(headers, now);
  if (limit === undefined && remaining === undefined && retryAt === undefined) return undefined;
  return {
    host,
    ...(limit !== undefined && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(window !== undefined && { windowSeconds: Number(window) }),
    ...(source !== undefined && { source: source.slice(0, 100) }),
    ...(resetAt !== undefined && { resetAt }),
    ...(retryAt !== undefined && { retryAt }),
  };
}

/** What is longer is not believed: whoever waits looks again after a day. */
const LONGEST_MS = 86_400_000;

/**
 * Retry-After as seconds or as a date (RFC 9110, 10.2.3), else a reset time; epoch milliseconds. Undefined where that is
 * now, gone by or unreadable: then nobody has said how long to wait.
 */
export function retryAtOf(headers: Headers, now: number): number | undefined {
  const text = (headerText(headers, 'retry-after') ?? headerText(headers, 'x-retry-after') ?? '').trim();
  const told = /^[0-9]{1,15}$/.test(text) ? secondsOf(Number(text), now) : dateOf(text);
  return told === undefined ? resetAtOf(headers, now) : ahead(told, now);
}

/** Docker Hub writes the time itself, in seconds since 1970, where seconds to wait belong (docker/hub-feedback#2459). */
const secondsOf = (seconds: number, now: number): number =>
  seconds > EPOCH_SECONDS ? seconds * 1_000 : now + seconds * 1_000;
/** In 2001: no wait is that long, and no time of ours is before it. */
const EPOCH_SECONDS = 1_000_000_000;

/** `x-ratelimit-reset` is an epoch in seconds, the IETF draft's `ratelimit-reset` a number of seconds. */
function resetAtOf(headers: Headers, now: number): number | undefined {
  const epoch = headerNumber(headers, 'x-ratelimit-reset');
  if (epoch !== undefined) return ahead(epoch * 1_000, now);
  const seconds = headerNumber(headers, 'ratelimit-reset');
  return seconds === undefined ? undefined : ahead(now + seconds * 1_000, now);
}

const ahead = (at: number, now: number): number | undefined =>
  at > now ? Math.min(at, now + LONGEST_MS) : undefined;

/** The three forms of RFC 9110, 5.6.7, which all begin with the day's name; the oldest has no zone and means GMT. */
function dateOf(text: string): number | undefined {
  if (!/^[A-Z][a-z]{2,8},? /.test(text) || text.length > 40) return undefined;
  const date = Date.parse(/GMT|UTC/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : date;
}

function leadingNumber(text: string | undefined): number | undefined {
  const digits = /^\s*([0-9]{1,12})(?:\s*;|\s*$)/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
