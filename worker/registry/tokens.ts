import { abortable } from './abortable.ts';
import { BoundedMap } from './bounded-map.ts';
import { isRegistryError } from './errors.ts';
import { fetchToken, type TokenRequest, type TokenServiceOptions } from './token-service.ts';

/** What the token is needed for: a body that may take long must not outlive it. */
export type TokenNeed = 'request' | 'long body';

export interface Tokens {
  /** A token that is good for a while; equal requests at the same time share one fetch. */
  get(request: TokenRequest, need: TokenNeed, signal?: AbortSignal): Promise<string>;
  /** Forgets this token, which the registry refused; a newer one stays. */
  drop(request: TokenRequest, token: string): void;
}

/** How much of its life a token must still have, and never more than this part of it. */
const RESERVE = {
  request: { ms: 60_000, part: 1 / 4 },
  // What has been streamed away cannot be sent again without a second read of the source.
  'long body': { ms: 180_000, part: 1 / 2 },
} as const;

/** Scopes are per repository, and a worker lives long: the oldest is fetched anew should it be needed. */
const KEPT_MAX = 1_000;

interface Kept {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly endsAt: number;
  readonly livesMs: number;
}

/** Tokens by realm, service, scopes and account; one registry's accounts share the cache and never a token. */
export function openTokens(options: TokenServiceOptions): Tokens {
  const kept = new BoundedMap<string, Kept>(KEPT_MAX);
  const flights = new Map<string, Promise<string>>();
  const { clock } = options;

  const fetchOnce = (wanted: TokenRequest, key: string): Promise<string> => {
    const running = flights.get(key);
    if (running) return running;
    const askedAt = clock.now();
    const flight = fetchToken(options, wanted)
      .then(({ token, livesMs }) => {
        kept.set(key, { token, livesMs, endsAt: askedAt + livesMs });
        return token;
      })
      .finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };

  return {
    get: async (wanted, need, signal) => {
      const key = keyOf(wanted);
      const have = kept.get(key);
      const leftMs = have ? have.endsAt - clock.now() : 0;
      if (have && leftMs >= reserveOf(have, need)) return have.token;
      try {
        return await abortable(fetchOnce(wanted, key), signal);
      } catch (error) {
        // Renewing was only careful: what is there is still good.
        if (have && leftMs > 0 && kept.get(key) === have && isRegistryError(error)) return have.token;
        throw error;
      }
    },
    drop: (wanted, token) => {
      const key = keyOf(wanted);
      if (kept.get(key)?.token === token) kept.delete(key);
    },
  };
}

function reserveOf({ livesMs }: Kept, need: TokenNeed): number {
  const { ms, part } = RESERVE[need];
  return Math.min(ms, livesMs * part);
}

function keyOf({ realm, service, scope, account }: TokenRequest): string {
  return JSON.stringify([realm, service ?? null, scope, account ? [account.user, account.secret] : null]);
}
