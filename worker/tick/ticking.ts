import { type TickDeps, tick } from './tick.ts';

export interface Ticking {
  stop(): void;
}

/** A tick every `tickMs`, one after another. */
export function startTicking(deps: TickDeps): Ticking {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    tick(deps)
      .catch((error: unknown) => deps.log('warn', 'a tick failed', { error }))
      .finally(() => {
        running = false;
      });
  }, deps.timing.tickMs);
  return { stop: () => clearInterval(timer) };
}
