import type { Log } from '../core/log.ts';

export interface AccidentOptions {
  readonly log: Log;
  /** Gives back what runs. */
  readonly stop: () => Promise<void>;
  /** How long that may take. Default: as long as a deployment waits, 25 s. */
  readonly longestMs?: number;
}

/**
 * An error that nobody caught may have left anything half done in memory, so the process ends: it says why, gives its
 * leases back, and exits with 1 for its supervisor to start it anew. Without this Node would end it at once, and its
 * leases would have to run out.
 */
export function endAfterAccident({ log, longestMs = 25_000, stop }: AccidentOptions): void {
  let ending = false;
  // Rejections that nobody handles come here too (nodejs.org/api/process.html, "Event: 'uncaughtException'").
  process.on('uncaughtException', (error) => {
    log('error', 'an error that nobody caught; the process gives back what it has, and ends', { error });
    if (ending) return;
    ending = true;
    const end = (): never => process.exit(1);
    setTimeout(end, longestMs);
    stop().then(end, end);
  });
}
