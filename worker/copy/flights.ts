/** Work that is under way, by key: who wants the same waits for it instead of doing it again. */
export interface Flights {
  /**
   * Runs `work` unless the same key is in flight. When the one in flight fails, each that waited runs its own:
   * the failure may be that of a caller who gave up.
   */
  join(key: string, work: () => Promise<void>): Promise<void>;
  /** join(), although it may have landed before: the registry has lost it. */
  again(key: string, work: () => Promise<void>): Promise<void>;
}

/**
 * `remember`: what has landed is not flown again, for one run over a list of images. A worker that lives for
 * weeks does not remember: registries forget blobs that no manifest names.
 */
export function openFlights({ remember = false }: { readonly remember?: boolean } = {}): Flights {
  const running = new Map<string, Promise<void>>();
  const landed = new Set<string>();
  const join = async (key: string, work: () => Promise<void>): Promise<void> => {
    if (landed.has(key)) return;
    const other = running.get(key);
    if (other) {
      const arrived = await other.then(
        () => true,
        () => false,
      );
      return arrived ? undefined : join(key, work);
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
  const again = (key: string, work: () => Promise<void>): Promise<void> => {
    landed.delete(key);
    return join(key, work);
  };
  return { join, again };
}
