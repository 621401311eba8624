import { abortable } from '../registry/abortable.ts';

/** Work that is under way, by key: who wants the same waits for it instead of doing it again. */
export interface Flights {
  /**
   * Runs `work` unless the same key is in flight. When the one in flight fails, each that waited runs its own:
   * the failure may be that of a caller who gave up. The signal ends the waiting for others, not `work`.
   */
  join(key: string, work: () => Promise<void>, signal?: AbortSignal): Promise<void>;
  /** join(), although it may have landed before: the registry has lost it. */
  again(key: string, work: () => Promise<void>, signal?: AbortSignal): Promise<void>;
  /** Runs every work of a key, one after the other in the order of asking, whatever becomes of those before. */
  inTurn<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/**
 * `remember`: what has landed is not flown again, for one run over a list of images. A worker that lives for
 * weeks does not remember: registries forget blobs that no manifest names.
 */
export function openFlights({ remember = false }: { readonly remember?: boolean } = {}): Flights {
  const running = new Map<string, Promise<void>>();
  const landed = new Set<string>();
  const join: Flights['join'] = async (key, work, signal) => {
    if (landed.has(key)) return;
    const other = running.get(key);
    if (other) {
      const arrived = other.then(
        () => true,
        () => false,
      );
      return (await abortable(arrived, signal)) ? undefined : join(key, work, signal);
    }
    const ours = work();
    running.set(key, ours);
    try {
      await ours;
      if (remember) landed.add(key);
    } finally {
      running.delete(key);
    }
  };
  const again: Flights['again'] = (key, work, signal) => {
    landed.delete(key);
    return join(key, work, signal);
  };
  return { join, again, inTurn: openTurns() };
}

function openTurns(): Flights['inTurn'] {
  const last = new Map<string, Promise<void>>();
  return async (key, work, signal) => {
    const before = last.get(key) ?? Promise.resolve();
    const ours = before.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    const ended = ours.then(
      () => {},
      () => {},
    );
    last.set(key, ended);
    try {
      await abortable(before, signal);
      return await ours;
    } finally {
      void ended.then(() => {
        if (last.get(key) === ended) last.delete(key);
      });
    }
  };
}
