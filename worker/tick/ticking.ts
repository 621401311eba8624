import { openPulse, type PartHealth } from '../../core/health/health.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import { type TickDeps, tick } from './tick.ts';

export interface Ticking {
  stop(): void;
  /** Three looks that failed or never came are an outage. */
  health(): PartHealth;
}

export interface TickingDeps extends TickDeps {
  readonly metrics: Metrics;
}

/** A tick every `tickMs`, one after another. */
export function startTicking(deps: TickingDeps): Ticking {
  const { metrics, now, timing } = deps;
  const pulse = openPulse(now, 3 * timing.tickMs + 30_000);
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    const began = now();
    tick(deps)
      .then(() => {
        pulse.beat();
        metrics.count('mirror_ticks_total', { outcome: 'done' });
        metrics.time('mirror_tick_seconds', now() - began);
      })
      .catch((error: unknown) => {
        metrics.count('mirror_ticks_total', { outcome: 'failed' });
        deps.log('warn', 'a tick failed', { error });
      })
      .finally(() => {
        running = false;
      });
  }, timing.tickMs);
  return { stop: () => clearInterval(timer), health: pulse.health };
}
