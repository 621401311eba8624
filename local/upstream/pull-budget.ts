/** Docker Hub counts the pulls of six hours (docs.docker.com, "Docker Hub usage and limits"). */
export const PULL_WINDOW_S = 21_600;

export interface PullBudget {
  /** Pulls this source has left. */
  left(source: string): number;
  /** Takes one pull; false where none is left. */
  spend(source: string): boolean;
  /** Seconds until a pull comes back, at least 1. */
  retryAfterS(source: string): number;
  /** As if all but this many had been spent just now. */
  setLeft(source: string, pulls: number): void;
  limitOf(source: string): number;
}

/** Each pull comes back when it is six hours old. */
export function createPullBudget(limitOf: (source: string) => number, now: () => number): PullBudget {
  const spentAt = new Map<string, number[]>();
  const recent = (source: string): number[] => {
    const kept = (spentAt.get(source) ?? []).filter((at) => at > now() - PULL_WINDOW_S * 1000);
    spentAt.set(source, kept);
    return kept;
  };
  const left = (source: string) => Math.max(0, limitOf(source) - recent(source).length);
  return {
    left,
    limitOf,
    spend: (source) => {
      if (left(source) === 0) return false;
      recent(source).push(now());
      return true;
    },
    retryAfterS: (source) => {
      const oldest = recent(source)[0] ?? now();
      return Math.max(1, Math.ceil((oldest - now()) / 1000) + PULL_WINDOW_S);
    },
    setLeft: (source, pulls) => {
      spentAt.set(source, Array(Math.max(0, limitOf(source) - pulls)).fill(now()));
    },
  };
}
