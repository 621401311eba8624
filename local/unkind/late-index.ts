import type { RequestStore } from '../../core/store/store.ts';

export interface LateIndexOptions {
  /** 0 <= x < 1. */
  readonly random: () => number;
  /** While it lags, so many of a hundred requests are not in its answers. */
  readonly missingPercent: number;
}
export interface LateIndex {
  readonly requests: RequestStore;
  /** From here on the index shows what it last showed, or less. */
  lag(): void;
  catchUp(): void;
}

/**
 * A store whose index of open requests is late, as a global secondary index may be (DynamoDB developer guide, "Global
 * Secondary Indexes": updated asynchronously, eventually consistent). The stand-in alone is consistent at once.
 */
export function lateIndex(inner: RequestStore, options: LateIndexOptions): LateIndex {
  let lagging = false;
  let shown: readonly string[] = [];
  return {
    requests: {
      ...inner,
      findDue: async (now, limit) => {
        if (lagging)
          return shown.filter(() => options.random() * 100 >= options.missingPercent).slice(0, limit);
        shown = await inner.findDue(now, limit);
        return shown;
      },
    },
    lag: () => {
      lagging = true;
    },
    catchUp: () => {
      lagging = false;
    },
  };
}
