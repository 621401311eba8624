import type { Clock } from './clock.ts';
import { isRegistryError } from './errors.ts';
import { FIRST_WAIT_MS, LONGEST_BACKOFF_MS, LONGEST_WAIT_MS } from './retry.ts';

/** Decides whether a download that broke is gone on with. */
export interface Resumes {
  /** Waits for the next try; throws the error where there is none. `atByte`: how far the download has come. */
  next(error: unknown, atByte: number, signal: AbortSignal): Promise<void>;
}

/** Without this much between two breaks they count as one trouble. */
const PROGRESS_BYTES = 1024 * 1024;
const BREAKS_MAX = 4;
/** An upload that nothing comes to for longer is closed by whoever waits at its other end; another one is begun instead. */
const UPLOAD_IDLE_MS = 120_000;

/**
 * A download is asked for again from the byte it has come to, while the upload it feeds stays open: with a lossy way to
 * the source a large layer would otherwise never arrive. Bytes that are wrong are not gone on with, they are read anew.
 */
export function openResumes(clock: Clock): Resumes {
  let breaks = 0;
  let before = 0;
  let movedAt = clock.now();
  return {
    next: async (error, atByte, signal) => {
      signal.throwIfAborted();
      // Before its first byte nothing has been begun that would be worth keeping.
      if (atByte === 0 || !isRegistryError(error) || !error.retryable) throw error;
      if (error.code === 'digest mismatch' || error.code === 'unauthorized') throw error;
      if (atByte > before) movedAt = clock.now();
      breaks = atByte - before >= PROGRESS_BYTES ? 1 : breaks + 1;
      before = atByte;
      if (breaks > BREAKS_MAX || clock.now() - movedAt > UPLOAD_IDLE_MS) throw error;
      const jittered = clock.random() * Math.min(FIRST_WAIT_MS * 2 ** breaks, LONGEST_BACKOFF_MS);
      const waitMs = error.retryAt === undefined ? jittered : Math.max(0, error.retryAt - clock.now());
      if (waitMs > LONGEST_WAIT_MS) throw error;
      await clock.sleep(waitMs, signal);
    },
  };
}
