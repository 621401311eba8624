/** What is remembered of a schedule between its runs. What a run found is in the run's own request. */
export interface ScheduleRow {
  readonly version: number;
  /** When it was first seen in a configuration: slots before that are nobody's. Epoch ms. */
  readonly since: number;
  /** The newest slot that was begun; at first `since`. */
  readonly lastSlot: number;
  /** The newest run. */
  readonly run?: { readonly id: string; readonly slot: number };
  /** When a run last looked at everything without a failure. */
  readonly lastGoodAt?: number;
  /** Something was too young to be let in: looked at again then, before the next slot. */
  readonly againAt?: number;
  /** Of which silence an alarm was raised: the `lastGoodAt` (or `since`) that it counts from. */
  readonly alarmedFor?: number;
}

const DAY_MS = 86_400_000;

/** Since when nothing good was heard of it, where that is longer ago than its period and a day; undefined = all is well. */
export function silentSince(row: ScheduleRow, periodMs: number, now: number): number | undefined {
  const last = row.lastGoodAt ?? row.since;
  return now - last > periodMs + DAY_MS ? last : undefined;
}
