import type { Clock } from './clock.ts';
import { isRegistryError, type RegistryError, type RegistryErrorCode } from './errors.ts';

const ATTEMPTS = 4;
/** Where more tries only repeat the damage: wrong bytes come again, ECR cuts on purpose, one new login is enough. */
const ATTEMPTS_OF_DOUBT = 2;
const DOUBTFUL: ReadonlySet<RegistryErrorCode> = new Set(['digest mismatch', 'upload cut', 'unauthorized']);
export const FIRST_WAIT_MS = 250;
export const LONGEST_BACKOFF_MS = 8_000;
/** A registry that asks for more is not waited for here: whoever owns the work can postpone it and say so. */
export const LONGEST_WAIT_MS = 10_000;

/**
 * Runs until it succeeds, fails for good, or has been tried often enough: the only place that repeats
 * anything. Waits with full jitter, or until the time the registry named. Throws the last RegistryError.
 */
export async function retrying<T>(
  clock: Clock,
  run: (attempt: number) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run(attempt);
    } catch (error) {
      if (!isRegistryError(error) || !error.retryable || attempt >= attemptsFor(error)) throw error;
      if (isSpent(error)) throw error;
      const waitMs = waitFor(error, attempt, clock);
      if (waitMs > LONGEST_WAIT_MS) throw error;
      await clock.sleep(waitMs, signal);
    }
  }
}

function attemptsFor({ code }: RegistryError): number {
  return DOUBTFUL.has(code) ? ATTEMPTS_OF_DOUBT : ATTEMPTS;
}

/** Nothing left, and nobody says until when: seconds do not help, and each refusal may be counted too. */
const isSpent = ({ limit, retryAt }: RegistryError): boolean =>
  limit?.remaining === 0 && retryAt === undefined;

function waitFor({ retryAt }: RegistryError, attempt: number, clock: Clock): number {
  const jittered = clock.random() * Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_BACKOFF_MS);
  return retryAt === undefined
    ? jittered
    : Math.max(0, retryAt - clock.now()) + clock.random() * FIRST_WAIT_MS;
}
