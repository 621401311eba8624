import { type Dispatcher, request } from 'undici';
import { readCapped, readLimited } from './body.ts';
import type { Clock } from './clock.ts';
import { connectionError } from './connection-error.ts';
import { hostPort, type RegistryEndpoint } from './endpoint.ts';
import { type ErrorPlace, RegistryError } from './errors.ts';
import { AddressRefused, checkUrl } from './guard.ts';
import { type Account, basicHeader } from './keychain.ts';
import { refusalError } from './refusal.ts';

/** What a token is for: one of these has one token at a time. */
export interface TokenRequest {
  /** As the registry wrote it. */
  readonly realm: string;
  readonly service: string | undefined;
  readonly scope: string;
  readonly account: Account | undefined;
}

export interface Tokens {
  /** A token that is good for a while; equal requests at the same time share one fetch. */
  get(request: TokenRequest, signal?: AbortSignal): Promise<string>;
  /** Forgets this token, which the registry refused; a newer one stays. */
  drop(request: TokenRequest, token: string): void;
}

export interface TokenOptions {
  readonly endpoint: RegistryEndpoint;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
}

/** Less is not believed: the token specification says that 60 seconds is what old servers mean (docs.docker.com, "Token response"). */
const SHORTEST_LIFE_MS = 60_000;
const RENEW_EARLY_MS = 15_000;
const ANSWER_MAX_BYTES = 64 * 1024;

interface Kept {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly renewAt: number;
}

export function openTokens(options: TokenOptions): Tokens {
  const kept = new Map<string, Kept>();
  const flights = new Map<string, Promise<string>>();
  const { clock } = options;

  const fetchOnce = (wanted: TokenRequest, key: string): Promise<string> => {
    const running = flights.get(key);
    if (running) return running;
    const flight = fetchToken(options, wanted)
      .then(({ token, livesMs }) => {
        kept.set(key, { token, renewAt: clock.now() + livesMs - RENEW_EARLY_MS });
        return token;
      })
      .finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };

  return {
    get: async (wanted, signal) => {
      const key = keyOf(wanted);
      const have = kept.get(key);
      if (have && clock.now() < have.renewAt) return have.token;
      return unlessAborted(fetchOnce(wanted, key), signal);
    },
    drop: (wanted, token) => {
      const key = keyOf(wanted);
      if (kept.get(key)?.token === token) kept.delete(key);
    },
  };
}

async function fetchToken(
  { endpoint, dispatcher, clock }: TokenOptions,
  wanted: TokenRequest,
): Promise<{ token: string; livesMs: number }> {
  const place: ErrorPlace = { host: endpoint.host, operation: 'log in' };
  try {
    const url = tokenUrl(endpoint, wanted);
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...(wanted.account && { authorization: basicHeader(wanted.account) }),
      },
    });
    if (statusCode !== 200) {
      // A redirect lands here too: credentials do not follow one.
      throw refusalError({ status: statusCode, headers, body: await readCapped(body) }, place, clock.now());
    }
    const answer = tokenIn(await readLimited(body, ANSWER_MAX_BYTES));
    if (answer) return answer;
  } catch (error) {
    throw connectionError(error, place);
  }
  const detail = 'the token service sent no token';
  throw new RegistryError({ ...place, code: 'protocol', detail, retryable: false });
}

/**
 * A registry may send its users to itself, to the token service it is known for, or to one the configuration
 * names; anywhere else it could collect their passwords, or let us knock at doors inside.
 */
function tokenUrl(endpoint: RegistryEndpoint, { realm, service, scope }: TokenRequest): URL {
  if (!URL.canParse(realm)) throw new AddressRefused('the token service (realm) is no web address');
  const url = new URL(realm);
  checkUrl(url, endpoint);
  const place = hostPort(url);
  if (place !== hostPort(new URL(endpoint.origin)) && !endpoint.authHosts.has(place)) {
    throw new AddressRefused(`${place} is not known as the token service of ${endpoint.host}`);
  }
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  return url;
}

function tokenIn(body: Uint8Array): { token: string; livesMs: number } | undefined {
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

function keyOf({ realm, service, scope, account }: TokenRequest): string {
  return JSON.stringify([realm, service ?? null, scope, account ? [account.user, account.secret] : null]);
}

/** Whoever gives up stops waiting; the fetch goes on for the others who wait for it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
