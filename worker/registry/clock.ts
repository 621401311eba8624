import { setTimeout as timeout } from 'node:timers/promises';

/** Time and chance, passed in so that tests own both. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 0 <= x < 1 */
  readonly random: () => number;
  /** Rejects with the signal's reason when that comes first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  sleep: async (ms, signal) => {
    await timeout(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
  },
};
