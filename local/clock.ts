/**
 * The clock of the laptop: the system's, and what was added to it by hand. The product and all stand-ins read it, so that
 * a week is over when somebody says so; pauses between looks stay real and short. Forgotten when it stops.
 */
export interface LocalClock {
  readonly now: () => number;
  /** Never back: what was written down is never in the future. */
  advance(ms: number): void;
}

export function openLocalClock(): LocalClock {
  let aheadMs = 0;
  return {
    now: () => Date.now() + aheadMs,
    advance: (ms) => {
      aheadMs += Math.max(0, Math.floor(ms));
    },
  };
}
