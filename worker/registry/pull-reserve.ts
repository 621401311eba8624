import { RegistryError } from './errors.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Repository } from './registry.ts';

/** What is known of a limit, and when it was told, in epoch ms. */
export interface KnownPulls {
  readonly limit?: number;
  readonly remaining?: number;
  readonly windowSeconds?: number;
  readonly seenAt: number;
}

export interface ReserveOptions {
  /** The newest word of the registry, undefined where it never spoke of a limit. */
  readonly known: () => Promise<KnownPulls | undefined>;
  /** How many pulls are left to others. */
  readonly reserve: number;
  readonly now: () => number;
}

/** An older word is asked for anew before anybody waits because of it. */
const FRESH_MS = 5_000;

/**
 * The repository as one that keeps a reserve: a GET of a manifest, which costs a pull, throws `pull reserve` (or `rate limited`,
 * where nothing is left) instead of spending what is kept back. What is left is asked for with a HEAD, which is free
 * (docs.docker.com, "Docker Hub usage and limits"), and a registry that does not speak of a limit has none.
 */
export function keepingReserve(repository: Repository, options: ReserveOptions): Repository {
  const { known, now } = options;
  const allow = async (key: string, signal: AbortSignal | undefined): Promise<void> => {
    let pulls = await known();
    if (!pulls || !isLow(pulls, options.reserve)) return;
    if (now() - pulls.seenAt >= FRESH_MS) {
      const askedAt = now();
      await repository.headManifest(key, signal);
      pulls = await known();
      if (!pulls || pulls.seenAt < askedAt || !isLow(pulls, options.reserve)) return;
    }
    throw reserved(repository, pulls, reserveOf(pulls, options.reserve));
  };
  return {
    ...repository,
    getManifest: async (key, signal) => {
      await allow(key, signal);
      return repository.getManifest(key, signal);
    },
  };
}

/** Of a small limit a part only: a reserve as large as the limit would let nothing through. */
const reserveOf = ({ limit }: KnownPulls, reserve: number): number =>
  limit === undefined ? reserve : Math.min(reserve, Math.floor(limit / 2));

const isLow = (pulls: KnownPulls, reserve: number): boolean =>
  pulls.remaining !== undefined && pulls.remaining <= reserveOf(pulls, reserve);

function reserved({ host, name }: Repository, pulls: KnownPulls, kept: number): RegistryError {
  const { limit, remaining = 0, windowSeconds } = pulls;
  const told: RateLimit = {
    host,
    remaining,
    kept,
    ...(limit !== undefined && { limit }),
    ...(windowSeconds !== undefined && { windowSeconds }),
  };
  return new RegistryError({
    host,
    operation: 'get manifest',
    repository: name,
    code: remaining === 0 ? 'rate limited' : 'pull reserve',
    detail: `${remaining}${limit === undefined ? '' : ` of ${limit}`} pulls are left, ${kept} are kept in reserve`,
    retryable: true,
    limit: told,
  });
}
