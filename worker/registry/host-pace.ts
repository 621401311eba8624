import type { Clock } from './clock.ts';
import { type ErrorPlace, type Operation, RegistryError } from './errors.ts';
import { FIRST_WAIT_MS, LONGEST_BACKOFF_MS, LONGEST_WAIT_MS } from './retry.ts';

/**
 * How fast one host is asked. A host that is overloaded or limits is left alone for a while by all requests together, and
 * one that limits is then asked one by one, with gaps that grow with each refusal and shrink with what succeeds: public.ecr.aws
 * allows nobody's account one pull a second (Amazon ECR Public quotas), which eight downloads at once find out eight times.
 */
export interface HostPace {
  /** One account's way to the host, or nobody's: long limits are an account's own. */
  door(): Pace;
}

export interface Pace {
  /**
   * Waits for the host's turn. Throws `rate limited` at once where the host asked to be left alone for longer than is
   * waited for here, or the signal's reason.
   */
  turn(place: ErrorPlace, signal?: AbortSignal): Promise<Turn>;
}

/** How the request went that had the turn. */
export interface Turn {
  succeeded(): void;
  failed(error: RegistryError): void;
}

const FIRST_GAP_MS = 250;
const LONGEST_GAP_MS = 2_000;
/** Answers in a row, until the host is believed to be better. */
const SUCCESSES = 3;
/** Above it the pause is the longest one anyway. */
const HIGHEST_LEVEL = 5;
/** A long limit is looked at anew after this: it may have been lifted. */
const LEFT_ALONE_MS = 600_000;

export function openHostPace(clock: Clock): HostPace {
  /** Refusals in a row, each after the last one's pause. */
  let level = 0;
  let gapMs = 0;
  let pausedUntil = 0;
  let nextAt = 0;
  let successes = 0;
  let wave = 0;

  const succeeded = (): void => {
    if (level === 0 && gapMs === 0) return;
    successes += 1;
    if (successes < SUCCESSES) return;
    successes = 0;
    level = Math.max(0, level - 1);
    gapMs = gapMs <= FIRST_GAP_MS ? 0 : gapMs / 2;
  };
  const slow = ({ code, retryAt }: RegistryError, asked: number): void => {
    const now = clock.now();
    successes = 0;
    // What was under way at the same time tells the same once more.
    if (asked === wave) {
      wave += 1;
      level = Math.min(level + 1, HIGHEST_LEVEL);
      // Whoever names a time means that all is well after it.
      const wider = retryAt === undefined ? gapMs * 2 : gapMs;
      if (code === 'rate limited') gapMs = Math.min(Math.max(FIRST_GAP_MS, wider), LONGEST_GAP_MS);
      const pauseMs = clock.random() * Math.min(FIRST_WAIT_MS * 2 ** level, LONGEST_BACKOFF_MS);
      pausedUntil = Math.max(pausedUntil, now + pauseMs);
    }
    if (retryAt !== undefined && retryAt - now <= LONGEST_WAIT_MS)
      pausedUntil = Math.max(pausedUntil, retryAt);
  };
  const wait = async (signal: AbortSignal | undefined): Promise<void> => {
    for (;;) {
      const now = clock.now();
      const at = gapMs > 0 ? Math.max(pausedUntil, nextAt) : pausedUntil;
      if (at <= now) {
        nextAt = now + gapMs;
        return;
      }
      await clock.sleep(at - now, signal);
    }
  };

  return {
    door: () => {
      const limits = openLimits(clock);
      return {
        turn: async (place, signal) => {
          limits.check(place);
          await wait(signal);
          const asked = wave;
          return {
            succeeded,
            failed: (error) => {
              if (!isOfHost(error)) return succeeded();
              slow(error, asked);
              limits.note(error, place.operation);
            },
          };
        },
      };
    },
  };
}

/** Other refusals are answers: the host is well. */
const isOfHost = ({ code, retryable }: RegistryError): boolean =>
  code === 'rate limited' || (code === 'server' && retryable);

/**
 * What a long limit is for. Docker Hub counts GETs of manifests: HEADs and blobs go on (docs.docker.com, "Docker Hub usage
 * and limits"). A host that limits anything else limits all.
 */
const LIMITED: Partial<Record<Operation, ReadonlySet<Operation>>> = {
  'get manifest': new Set(['get manifest']),
  'head manifest': new Set(['get manifest', 'head manifest']),
};

/** Limits that last longer than anybody waits here, by what met them. */
function openLimits(clock: Clock) {
  const met = new Map<Operation, { readonly error: RegistryError; readonly until: number }>();
  return {
    check: (place: ErrorPlace): void => {
      for (const [operation, { error, until }] of met) {
        if (clock.now() >= until) met.delete(operation);
        else if (LIMITED[operation]?.has(place.operation) ?? true) {
          throw new RegistryError({ ...error, ...place }, error);
        }
      }
    },
    note: (error: RegistryError, operation: Operation): void => {
      const now = clock.now();
      const { code, retryAt = 0 } = error;
      if (code !== 'rate limited' || retryAt - now <= LONGEST_WAIT_MS) return;
      met.set(operation, { error, until: Math.min(retryAt, now + LEFT_ALONE_MS) });
    },
  };
}
