/** Work that is under way, by key: who wants the same waits for it instead of doing it again. */
export interface Flights {
  /**
   * Runs `work` unless the same key is in flight. When the one in flight fails, each that waited runs its own:
   * the failure may be that of a caller who gave up.
   */
  join(key: string, work: () => Promise<void>): Promise<void>;
}

export function openFlights(): Flights {
  const running = new Map<string, Promise<void>>();
  const join = async (key: string, work: () => Promise<void>): Promise<void> => {
    const other = running.get(key);
    if (other) {
      const landed = await other.then(
        () => true,
        () => false,
      );
      return landed ? undefined : join(key, work);
    }
    const ours = work();
    running.set(key, ours);
    try {
      await ours;
    } finally {
      running.delete(key);
    }
  };
  return { join };
}
