import { openPulse, type PartHealth } from '../health/health.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { QUEUE_LIMITS } from './limits.ts';

/** Sees what a consumer does. */
export interface QueueWatch {
  /** The queue answered, with a message or without. */
  polled(): void;
  /** A doorbell is being answered; the result is called with what came of it. */
  begin(): (outcome: 'answered' | 'failed') => void;
  /** The queue did not answer a receive. */
  failed(): void;
}

export interface WatchedQueue extends QueueWatch {
  /** It polls, or all its places are at work: a place that works does not ask for more. */
  health(): PartHealth;
  /** How long the queue has answered no receive, in ms; 0 = it answers. */
  silentMs(): number;
}

export interface WatchOptions {
  readonly queue: string;
  readonly slots: number;
  readonly metrics: Metrics;
  readonly now: () => number;
}

/** One long poll and the time that its answer may be late. */
const HANGS_MS = QUEUE_LIMITS.longPollSeconds * 1_000 + 20_000;
/** Two long polls and the longest pause after a failure: more than this without an answer is an outage. */
const SILENCE_MS = 2 * QUEUE_LIMITS.longPollSeconds * 1_000 + 20_000;

export function watchQueue({ queue, slots, metrics, now }: WatchOptions): WatchedQueue {
  const pulse = openPulse(now, SILENCE_MS);
  let busy = 0;
  let failedSince: number | undefined;
  let heardAt = now();
  return {
    polled: () => {
      failedSince = undefined;
      heardAt = now();
      pulse.beat();
    },
    failed: () => {
      failedSince ??= now();
    },
    silentMs: () => {
      if (failedSince !== undefined) return now() - failedSince;
      // A receive that hangs does not fail; whoever is at work does not receive.
      const waited = now() - heardAt;
      return busy < slots && waited > HANGS_MS ? waited : 0;
    },
    begin: () => {
      const began = now();
      busy += 1;
      return (outcome) => {
        busy -= 1;
        heardAt = now();
        // Whoever was at work asks the queue again only now.
        pulse.beat();
        metrics.count('mirror_doorbells_total', { queue, outcome });
        metrics.time('mirror_doorbell_seconds', now() - began, { queue });
      };
    },
    health: () => {
      const { ok, text } = pulse.health();
      return { ok: ok || busy >= slots, text: `${text}, ${busy} of ${slots} at work` };
    },
  };
}
