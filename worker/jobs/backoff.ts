import type { FailureCode } from '../../core/request/failure.ts';

interface Failed {
  /** From 1. */
  readonly attempt: number;
  readonly code: FailureCode;
  /** 0 <= x < 1 */
  readonly random: number;
}

const LONGEST_MS = 300_000;
/**
 * Docker Hub counts the pulls of six hours and does not always say when there are some again (docs.docker.com, "Docker
 * Hub usage and limits"): six tries of a copy are spread over about four hours.
 */
const RATE_LIMITED_MS = 600_000;
const RATE_LIMITED_LONGEST_MS = 7_200_000;

/** How long to wait after a passing trouble where the other side named no time: doubled each time, with jitter. */
export function backoffMs({ attempt, code, random }: Failed, firstMs: number): number {
  const grown = 2 ** (attempt - 1);
  const longest =
    code === 'sourceRateLimited' || code === 'pullsReserved'
      ? Math.min(RATE_LIMITED_MS * grown, RATE_LIMITED_LONGEST_MS)
      : Math.min(firstMs * grown, LONGEST_MS);
  return Math.ceil(longest * (0.75 + random / 4));
}
