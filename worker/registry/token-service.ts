import { BodyTooLarge } from './body.ts';
import type { Carrier, SmallBody } from './carrier.ts';
import type { Clock } from './clock.ts';
import { connectionError } from './connection-error.ts';
import { hostPort, type RegistryEndpoint } from './endpoint.ts';
import type { Headers } from './headers.ts';
import { type ErrorPlace, RegistryError } from './errors.ts';
import { AddressRefused, checkUrl } from './guard.ts';
import { type Account, basicHeader } from './keychain.ts';
import { redact } from './redact.ts';
import { refusalError } from './refusal.ts';

/** What a token is for: one of these has one token at a time. */
export interface TokenRequest {
  /** As the registry wrote it. */
  readonly realm: string;
  readonly service: string | undefined;
  /** One or several, with a space between. */
  readonly scope: string;
  readonly account: Account | undefined;
}

export interface GivenToken {
  readonly token: string;
  /** Counted by our own clock from the moment it was asked for: `issued_at` is theirs, and clocks differ. */
  readonly livesMs: number;
}

export interface TokenServiceOptions {
  readonly endpoint: RegistryEndpoint;
  readonly carrier: Carrier<SmallBody>;
  readonly clock: Clock;
}

/** Less is not believed: the token specification says that 60 seconds is what old servers mean (docs.docker.com, "Token response"). */
const SHORTEST_LIFE_MS = 60_000;
const ANSWER_MAX_BYTES = 64 * 1024;
/** From the first byte asked to the last one read: an answer that drips is no answer. */
const ANSWER_MAX_MS = 60_000;
const CLIENT_ID = 'mirror';
/** A token service that only knows the older way. */
const NO_POST = new Set([404, 405]);

/**
 * Asks a token service once. Throws RegistryError: `credentials rejected` where it does not take the account, `refused
 * address` before anything is sent to a service that is not this registry's.
 */
export async function fetchToken(options: TokenServiceOptions, wanted: TokenRequest): Promise<GivenToken> {
  const place: ErrorPlace = { host: options.endpoint.host, operation: 'log in' };
  try {
    const url = serviceUrl(options.endpoint, wanted);
    let answer = wanted.account?.identity
      ? await exchangeIdentity(options, url, wanted)
      : await ask(options, url, wanted);
    if (wanted.account?.identity && NO_POST.has(answer.status)) answer = await ask(options, url, wanted);
    if (answer.status !== 200) throw refused(answer, { place, wanted, now: options.clock.now() });
    const given = tokenIn(answer.body);
    if (given) return given;
  } catch (error) {
    throw connectionError(error, place);
  }
  const detail = 'the token service sent no token';
  throw new RegistryError({ ...place, code: 'protocol', detail, retryable: false });
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** `GET realm?service=…&scope=…` (docs.docker.com/reference/api/registry/auth). */
function ask(
  options: TokenServiceOptions,
  realm: URL,
  { service, scope, account }: TokenRequest,
): Promise<Answer> {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.delete('scope');
  for (const each of scope.split(' ')) url.searchParams.append('scope', each);
  return send(options, url, {
    method: 'GET',
    headers: account ? { authorization: basicHeader(account) } : {},
  });
}

function exchangeIdentity(
  options: TokenServiceOptions,
  realm: URL,
  { service, scope, account }: TokenRequest,
): Promise<Answer> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: CLIENT_ID });
  if (service !== undefined) form.set('service', service);
  form.set('scope', scope);
  form.set('refresh_token', account?.secret ?? '');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return send(options, realm, { method: 'POST', headers, body: form.toString() });
}

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function send(
  { carrier }: TokenServiceOptions,
  url: URL,
  { headers, method, body }: Sent,
): Promise<Answer> {
  const answer = await carrier.exchange({
    url,
    method,
    headers: { accept: 'application/json', 'accept-encoding': 'identity', ...headers },
    ...(body !== undefined && { body: Buffer.from(body) }),
    signal: AbortSignal.timeout(ANSWER_MAX_MS),
  });
  // A redirect is an answer like any other that is not 200: credentials do not follow one.
  if (answer.status !== 200) return { ...answer, body: await carrier.explain(answer.body) };
  const { bytes, whole } = await answer.body.readUpTo(ANSWER_MAX_BYTES);
  if (!whole) throw new BodyTooLarge(ANSWER_MAX_BYTES);
  return { ...answer, body: bytes };
}

/**
 * A registry may send an account to itself, to the token service it is known for, or to one the configuration names;
 * anywhere else it could collect passwords. Nobody has none to give away, and may be sent to any public address.
 */
function serviceUrl(endpoint: RegistryEndpoint, { realm, account }: TokenRequest): URL {
  if (!URL.canParse(realm)) throw new AddressRefused('the token service (realm) is no web address');
  const url = new URL(realm);
  checkUrl(url, endpoint);
  const place = hostPort(url);
  const isKnown = place === hostPort(new URL(endpoint.origin)) || endpoint.authHosts.has(place);
  if (account && !isKnown) {
    throw new AddressRefused(`${place} is not known as the token service of ${endpoint.host}`);
  }
  return url;
}

interface Refused {
  readonly place: ErrorPlace;
  readonly wanted: TokenRequest;
  readonly now: number;
}

function refused({ status, headers, body }: Answer, { place, wanted, now }: Refused): RegistryError {
  const error = refusalError({ status, headers, body }, place, now);
  const { account } = wanted;
  // RFC 6749, 5.2: a refresh token that is over is a 400.
  const ofAccount = status === 401 || status === 403 || (account?.identity && status === 400);
  if (!account || !ofAccount || error.code === 'rate limited') return error;
  return accountRefused(error, account);
}

/** The same error, said of the account. */
export function accountRefused(error: RegistryError, account: Account): RegistryError {
  const detail = `it does not take the account ${redact(account.user).slice(0, 60)} (${error.detail})`;
  return new RegistryError({ ...error, detail, code: 'credentials rejected', retryable: false }, error);
}

function tokenIn(body: Uint8Array): GivenToken | undefined {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const token = [Reflect.get(json, 'token'), Reflect.get(json, 'access_token')].find(isToken);
  if (token === undefined) return undefined;
  const seconds: unknown = Reflect.get(json, 'expires_in');
  const livesMs = typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1_000 : 0;
  return { token, livesMs: Math.max(SHORTEST_LIFE_MS, livesMs) };
}

const isToken = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]{1,16384}$/.test(value);
