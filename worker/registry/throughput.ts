/** Whether bytes come fast enough to be waited for. */
export interface Throughput {
  /** Waiting begins: for the first byte, or again after the other side has held everything up. */
  waiting(): void;
  /** Bytes have come. Throws TooSlow where a whole window of waiting has brought too little. */
  add(bytes: number): void;
}

export interface ThroughputOptions {
  /** Time spent waiting for the source alone. */
  readonly windowMs: number;
  readonly bytesPerSecond: number;
}

export const DEFAULT_SLOWEST: ThroughputOptions = { windowMs: 60_000, bytesPerSecond: 4096 };

/** A connection that drips keeps an idle timer happy for days (coreos/fedora-coreos-tracker#2149). */
export class TooSlow extends Error {
  readonly code = 'ETIMEDOUT';
  constructor(bytes: number, ms: number) {
    super(`only ${bytes} bytes came in ${Math.round(ms / 1000)} s`);
    this.name = 'TooSlow';
  }
}

export function openThroughput(
  { windowMs, bytesPerSecond }: ThroughputOptions,
  now: () => number,
): Throughput {
  let since = now();
  let waitedMs = 0;
  let total = 0;
  return {
    waiting: () => {
      since = now();
    },
    add: (bytes) => {
      const at = now();
      // A longer silence would have ended the connection: the clock was set, or the machine slept.
      waitedMs += Math.min(at - since, windowMs / 2);
      since = at;
      total += bytes;
      if (waitedMs < windowMs) return;
      if ((total / waitedMs) * 1000 < bytesPerSecond) throw new TooSlow(total, waitedMs);
      waitedMs = 0;
      total = 0;
    },
  };
}
