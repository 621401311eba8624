import type { Bells } from '../../core/queue/bell.ts';
import type { Progress } from '../../core/request/request.ts';
import type { RequestStore } from '../../core/store/store.ts';
import type { WorkerDeps } from '../deps.ts';

/** What a lease needs of what a job works with. */
export interface LeaseDeps extends Pick<WorkerDeps, 'config' | 'clock' | 'log'> {
  readonly store: { readonly requests: Pick<RequestStore, 'heartbeat'> };
  readonly bells: Pick<Bells, 'notify'>;
}

export interface LeaseKey {
  readonly id: string;
  /** `resolve`, or an image's id. */
  readonly key: string;
  readonly owner: string;
  readonly fence: number;
  /** As the claim wrote it. */
  readonly until: number;
  /** Of a list: many leases of one item are kept at once, so each is told more seldom. */
  readonly slow?: boolean;
}

/** A lease kept alive while a job runs. */
export interface KeptLease {
  /** Aborted when the lease is lost (cancelled, taken over) or the process stops. */
  readonly signal: AbortSignal;
  readonly lost: boolean;
  /** Until when it is ours, by the last heartbeat that was answered. */
  readonly until: number;
  /** What the next heartbeat tells. */
  report(progress: Progress): void;
  /** What is done once when nothing was reported for `tellCopyDelayMs`; undefined = nothing. */
  whenStill(tell: (() => void) | undefined): void;
  /** Something is in ECR that whoever takes the image next need not send again. */
  keep(): void;
  readonly kept: boolean;
  /** One heartbeat now; false = lost. */
  beat(): Promise<boolean>;
  close(): void;
}

class LeaseLost extends Error {
  constructor() {
    super('the lease was lost');
    this.name = 'LeaseLost';
  }
}

/**
 * Heartbeats every `heartbeatMs`, and as often as a card may be edited while there is progress to tell; in a list every
 * two, with the progress of then.
 * A heartbeat that is refused means somebody else decides now: everything stops, silently.
 */
export function openLease(deps: LeaseDeps, key: LeaseKey, stop: AbortSignal): KeptLease {
  const { timing } = deps.config.limits;
  const own = new AbortController();
  const signal = AbortSignal.any([own.signal, stop]);
  let until = key.until;
  let progress: Progress | undefined;
  let told: Progress | undefined;
  let beatAt = deps.clock.now();
  let movedAt = beatAt;
  let tellStill: (() => void) | undefined;
  let lost = false;
  let kept = false;
  let beating: Promise<boolean> | undefined;

  const beatOnce = async (): Promise<boolean> => {
    const now = deps.clock.now();
    const next = now + timing.leaseMs;
    const tell = progress;
    try {
      const mine = await deps.store.requests.heartbeat({
        ...key,
        until: next,
        ...(tell && { progress: tell }),
      });
      beatAt = now;
      if (mine) {
        until = next;
        told = tell;
        return true;
      }
    } catch (error) {
      // Not known: the lease runs on until its end, which the next heartbeat may still move.
      deps.log('warn', 'a heartbeat was not answered', { requestId: key.id, error });
      if (deps.clock.now() < until) return true;
    }
    lost = true;
    own.abort(new LeaseLost());
    return false;
  };
  const beat = (): Promise<boolean> => {
    beating ??= beatOnce().finally(() => {
      beating = undefined;
    });
    return beating;
  };
  const ended = new AbortController();
  // Two beats may be lost before the lease is.
  const beatMs = key.slow ? Math.min(2 * timing.heartbeatMs, timing.leaseMs / 3) : timing.heartbeatMs;
  const pause = key.slow ? beatMs : Math.min(beatMs, timing.editEveryMs);
  const keep = async (): Promise<void> => {
    for (;;) {
      await deps.clock.sleep(pause, ended.signal);
      if (tellStill && deps.clock.now() - movedAt >= timing.tellCopyDelayMs) {
        tellStill();
        tellStill = undefined;
      }
      const moved = progress !== told;
      if (!moved && deps.clock.now() - beatAt < beatMs) continue;
      if ((await beat()) && moved) await deps.bells.notify(key.id);
      if (lost) return;
    }
  };
  // Ends by the abort of its sleep.
  keep().catch(() => {});
  return {
    signal,
    get lost() {
      return lost;
    },
    get until() {
      return until;
    },
    report: (next) => {
      progress = next;
      movedAt = deps.clock.now();
    },
    whenStill: (tell) => {
      tellStill = tell;
    },
    keep: () => {
      kept = true;
    },
    get kept() {
      return kept;
    },
    beat,
    close: () => ended.abort(),
  };
}
