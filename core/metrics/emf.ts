import type { CounterName } from './names.ts';
import type { Labels, Metrics } from './metrics.ts';

/** The counters that CloudWatch keeps: each is billed by the month, so only those that an alarm or a graph reads. */
export const IN_CLOUDWATCH = [
  'mirror_failures_total',
  'mirror_copied_bytes_total',
  'mirror_dead_letters_total',
  'mirror_rings_lost_total',
  'mirror_signatures_refused_total',
] as const satisfies readonly CounterName[];
export const NAMESPACE = 'Mirror';
/** The one dimension of all of them, so that functions add up to one figure. */
export const DIMENSION = { service: 'mirror' } as const;

export interface EmfMetrics extends Metrics {
  /** Writes what was counted since the last time as one line, if anything was. */
  flush(): void;
}

/**
 * Figures as lines of the log, from which CloudWatch takes them: no call, no right (CloudWatch user guide, "Specification:
 * Embedded metric format"). What an alarm does not need is a plain field of the same line, for queries over the log.
 */
export function emfMetrics(write: (line: string) => void, now: () => number): EmfMetrics {
  let kept = new Map<string, number>();
  let fields = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, by: number): void => {
    map.set(key, (map.get(key) ?? 0) + by);
  };
  return {
    count: (name, labels = {}, by = 1) => {
      if (isKept(name)) add(kept, name, by);
      add(fields, fieldOf(name, labels), by);
    },
    time: (name, ms, labels = {}) => {
      add(fields, fieldOf(`${name}_count`, labels), 1);
      add(fields, fieldOf(`${name}_sum`, labels), Math.max(0, ms) / 1_000);
    },
    text: () => '',
    flush: () => {
      if (fields.size === 0) return;
      const figures = Object.fromEntries(fields);
      const line = {
        ...DIMENSION,
        ...envelope([...kept.keys()], now()),
        ...Object.fromEntries(kept),
        figures,
      };
      kept = new Map();
      fields = new Map();
      write(`${JSON.stringify(line)}\n`);
    },
  };
}

const isKept = (name: CounterName): boolean => IN_CLOUDWATCH.some((each) => each === name);

function envelope(names: readonly string[], at: number): object {
  if (names.length === 0) return {};
  const metrics = names.map((Name) => ({ Name, Unit: Name.includes('_bytes_') ? 'Bytes' : 'Count' }));
  const directive = { Namespace: NAMESPACE, Dimensions: [Object.keys(DIMENSION)], Metrics: metrics };
  return { _aws: { Timestamp: at, CloudWatchMetrics: [directive] } };
}

const fieldOf = (name: string, labels: Labels): string => [name, ...Object.values(labels)].join('.');
