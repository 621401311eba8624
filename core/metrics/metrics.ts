import { COUNTERS, type CounterName, type Described, TIMINGS, type TimingName } from './names.ts';

/** What each label is; those of a name are in its table. */
export type Labels = Readonly<Record<string, string>>;

/** Counters and timings of one process, from its start. */
export interface Metrics {
  count(name: CounterName, labels?: Labels, by?: number): void;
  time(name: TimingName, ms: number, labels?: Labels): void;
  /** Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
  text(): string;
}

/** Upper bounds in seconds: from a call to Slack to a person who decides after lunch. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400];

interface Spread {
  count: number;
  sum: number;
  readonly buckets: number[];
}

export function openMetrics(): Metrics {
  const counters = new Map<CounterName, Map<string, number>>();
  const timings = new Map<TimingName, Map<string, Spread>>();
  return {
    count: (name, labels = {}, by = 1) => {
      const series = seriesOf(counters, name);
      const key = labelText(COUNTERS[name], labels);
      series.set(key, (series.get(key) ?? 0) + by);
    },
    time: (name, ms, labels = {}) => {
      const series = seriesOf(timings, name);
      const key = labelText(TIMINGS[name], labels);
      const spread = series.get(key) ?? { count: 0, sum: 0, buckets: BUCKETS.map(() => 0) };
      const seconds = Math.max(0, ms) / 1_000;
      spread.count += 1;
      spread.sum += seconds;
      const at = BUCKETS.findIndex((bound) => seconds <= bound);
      if (at >= 0) spread.buckets[at] = (spread.buckets[at] ?? 0) + 1;
      series.set(key, spread);
    },
    text: () => {
      const lines: string[] = [];
      for (const [name, series] of counters) {
        lines.push(...heading(name, COUNTERS[name], 'counter'));
        for (const [labels, value] of series) lines.push(`${name}${braces(labels)} ${value}`);
      }
      for (const [name, series] of timings) {
        lines.push(...heading(name, TIMINGS[name], 'histogram'));
        for (const [labels, spread] of series) lines.push(...spreadLines(name, labels, spread));
      }
      return `${lines.join('\n')}\n`;
    },
  };
}

function seriesOf<N, V>(all: Map<N, Map<string, V>>, name: N): Map<string, V> {
  const known = all.get(name) ?? new Map<string, V>();
  all.set(name, known);
  return known;
}

const heading = (name: string, { help }: Described, type: string): readonly string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];

function spreadLines(name: string, labels: string, { buckets, count, sum }: Spread): readonly string[] {
  let below = 0;
  const counted = BUCKETS.map((bound, at) => {
    below += buckets[at] ?? 0;
    return `${name}_bucket${braces(joined(labels, `le="${bound}"`))} ${below}`;
  });
  return [
    ...counted,
    `${name}_bucket${braces(joined(labels, 'le="+Inf"'))} ${count}`,
    `${name}_sum${braces(labels)} ${sum}`,
    `${name}_count${braces(labels)} ${count}`,
  ];
}

/** Only the labels of the table, in its order: anything else would make another series of the same name. */
function labelText({ labels }: Described, given: Labels): string {
  return labels.map((label) => `${label}="${escaped(given[label] ?? '')}"`).join(',');
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const joined = (first: string, second: string): string => (first === '' ? second : `${first},${second}`);
const braces = (labels: string): string => (labels === '' ? '' : `{${labels}}`);
