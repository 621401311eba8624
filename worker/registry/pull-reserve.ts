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
  /** Pulls whose answer is still to come, of everybody who has this budget. */
  readonly underWay: Set<Promise<void>>;
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
  const { known, now, reserve, underWay } = options;
  /** What is left, by a word that is new enough to make somebody wait; undefined where nothing is said any more. */
  const lookAgain = async (
    pulls: KnownPulls,
    key: string,
    signal?: AbortSignal,
  ): Promise<KnownPulls | undefined> => {
    const askedAt = now();
    if (askedAt - pulls.seenAt < FRESH_MS) return pulls;
    await repository.headManifest(key, signal);
    const told = await known();
    return told && told.seenAt >= askedAt ? told : undefined;
  };
  /** Resolves in the same moment in which the pull is counted as under way. */
  const enter = async (ended: Promise<void>, key: string, signal?: AbortSignal): Promise<void> => {
    for (;;) {
      const before = await known();
      const isLow = before && freePulls(before, reserve) <= 0;
      const pulls = isLow ? await lookAgain(before, key, signal) : before;
      const free = freePulls(pulls, reserve);
      if (pulls && free <= 0) throw reserved(repository, pulls, reserveOf(pulls, reserve));
      if (free > underWay.size) {
        underWay.add(ended);
        return;
      }
      // Those that are under way may take the last ones: their answers tell.
      await Promise.race(underWay);
      signal?.throwIfAborted();
    }
  };
  return {
    ...repository,
    getManifest: async (key, signal) => {
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      await enter(ended, key, signal);
      try {
        return await repository.getManifest(key, signal);
      } finally {
        underWay.delete(ended);
        end();
      }
    },
  };
}

/** Of a small limit a part only: a reserve as large as the limit would let nothing through. */
const reserveOf = ({ limit }: KnownPulls, reserve: number): number =>
  limit === undefined ? reserve : Math.min(reserve, Math.floor(limit / 2));

/** How many may be spent. */
const freePulls = (pulls: KnownPulls | undefined, reserve: number): number =>
  pulls?.remaining === undefined ? Number.POSITIVE_INFINITY : pulls.remaining - reserveOf(pulls, reserve);

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
