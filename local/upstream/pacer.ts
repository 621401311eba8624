import { setTimeout } from 'node:timers/promises';

/** Resolves when these bytes may be followed by more. */
export type Pacer = (bytes: number) => Promise<void>;

/** Timers are not finer than this; shorter waits are saved up. */
const STEP_MS = 10;

/** All callers together get at most `bytesPerSecond`; without it nobody waits. */
export function createPacer(bytesPerSecond: number | undefined): Pacer {
  if (bytesPerSecond === undefined) return () => Promise.resolve();
  let owedMs = 0;
  let turn: Promise<void> = Promise.resolve();
  return (bytes) => {
    owedMs += (bytes / bytesPerSecond) * 1000;
    if (owedMs >= STEP_MS) {
      const waitMs = owedMs;
      owedMs = 0;
      turn = turn.then(() => setTimeout(waitMs, undefined, { ref: false }));
    }
    return turn;
  };
}
