import { openPulse, type PartHealth } from '../health/health.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { QUEUE_LIMITS } from './limits.ts';

/** Sees what a consumer does. */
export interface QueueWatch {
  /** The queue answered, with a message or without. */
  polled(): void;
  /** A doorbell is being answered; the result is called with what came of it. */
  begin(): (outcome: 'answered' | 'failed') => void;
}

export interface WatchedQueue extends QueueWatch {
  /** It polls, or all its places are at work: a place that works does not ask for more. */
  health(): PartHealth;
}

export interface WatchOptions {
  readonly queue: string;
  readonly slots: number;
  readonly metrics: Metrics;
  readonly now: () => number;
}

/** Two long polls and the longest pause after a failure: more than this without an answer is an outage. */
const SILENCE_MS = 2 * QUEUE_LIMITS.longPollSeconds * 1_000 + 20_000;

export function watchQueue({ queue, slots, metrics, now }: WatchOptions): WatchedQueue {
  const pulse = openPulse(now, SILENCE_MS);
  let busy = 0;
  return {
    polled: pulse.beat,
    begin: () => {
      const began = now();
      busy += 1;
      return (outcome) => {
        busy -= 1;
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
