import type { Log } from '../core/log.ts';
import type { PullBudget, PullBudgetStore } from '../core/store/store.ts';
import type { RateLimit } from './registry/rate-limit.ts';

/** What registries last said of their pull limits, to this worker or to another one. */
export interface PullBudgets {
  /** One answer's word. */
  tell(account: string, limit: RateLimit): void;
  /** What this worker was told last. */
  last(host: string, account: string): RateLimit | undefined;
  /** The newest that anybody was told, undefined where nobody was within the limit's window. Never throws. */
  newest(host: string, account: string): Promise<PullBudget | undefined>;
}

export interface PullBudgetsOptions {
  /** Shared by all workers; without it each knows its own answers only. */
  readonly store?: PullBudgetStore | undefined;
  readonly now: () => number;
  readonly log: Log;
}

/** One's own word is new enough for this long, and is written down at most this often. */
const FRESH_MS = 5_000;
/** Docker Hub's window, where none was told. */
const WINDOW_SECONDS = 21_600;

export function openPullBudgets({ store, now, log }: PullBudgetsOptions): PullBudgets {
  const told = new Map<string, { readonly limit: RateLimit; readonly budget: PullBudget }>();
  const writtenAt = new Map<string, number>();
  const reads = new Map<string, { readonly at: number; readonly row: Promise<PullBudget | undefined> }>();

  const write = (account: string, host: string, budget: PullBudget): void => {
    const key = keyOf(host, account);
    if (budget.remaining === undefined || now() - (writtenAt.get(key) ?? 0) < FRESH_MS) return;
    writtenAt.set(key, now());
    store?.put(host, account, budget).catch((error: unknown) => {
      log('warn', 'what is left of a pull limit could not be written down', { registry: host, error });
    });
  };
  /** The others' word, read at most as often as one's own is written: an image has many manifests. */
  const read = (host: string, account: string): Promise<PullBudget | undefined> => {
    const key = keyOf(host, account);
    const before = reads.get(key);
    if (before && now() - before.at < FRESH_MS) return before.row;
    const row = (store?.get(host, account) ?? Promise.resolve(undefined)).catch((error: unknown) => {
      log('warn', 'what is left of a pull limit could not be read', { registry: host, error });
      return undefined;
    });
    reads.set(key, { at: now(), row });
    return row;
  };
  return {
    tell: (account, limit) => {
      const { remaining, windowSeconds } = limit;
      const budget = {
        seenAt: now(),
        ...(limit.limit !== undefined && { limit: limit.limit }),
        ...(remaining !== undefined && { remaining }),
        ...(windowSeconds !== undefined && { windowSeconds }),
      };
      told.set(keyOf(limit.host, account), { limit, budget });
      write(account, limit.host, budget);
    },
    last: (host, account) => told.get(keyOf(host, account))?.limit,
    newest: async (host, account) => {
      const own = told.get(keyOf(host, account))?.budget;
      const isFresh = own && now() - own.seenAt < FRESH_MS;
      const shared = isFresh ? undefined : await read(host, account);
      const [newest] = [own, shared]
        .filter((each) => each !== undefined)
        .sort((one, other) => other.seenAt - one.seenAt);
      if (!newest) return undefined;
      return now() - newest.seenAt < (newest.windowSeconds ?? WINDOW_SECONDS) * 1_000 ? newest : undefined;
    },
  };
}

const keyOf = (host: string, account: string): string => `${host} ${account}`;
