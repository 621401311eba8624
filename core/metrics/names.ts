/**
 * Every figure that the product keeps, by its name and labels. Names are an interface: dashboards and alarms use them, so
 * one is never changed, only added or left. Seconds and bytes, as Prometheus asks
 * (prometheus.io/docs/practices/naming).
 */
export const COUNTERS = {
  mirror_events_total: { help: 'What happened to requests and images.', labels: ['type'] },
  mirror_failures_total: {
    help: 'Images that failed or were refused, by the code of why.',
    labels: ['code'],
  },
  mirror_copied_bytes_total: { help: 'Bytes copied into ECR.', labels: [] },
  mirror_doorbells_total: { help: 'Queue messages answered.', labels: ['queue', 'outcome'] },
  mirror_rings_lost_total: {
    help: 'Doorbells that could not be rung; the tick rings again.',
    labels: ['queue'],
  },
  mirror_dead_letters_total: { help: 'Messages that came out of a dead-letter queue.', labels: ['queue'] },
  mirror_signatures_refused_total: { help: 'Requests that Slack had not signed.', labels: [] },
  mirror_ticks_total: { help: 'Looks at what is due.', labels: ['outcome'] },
  mirror_runs_total: { help: 'Runs of schedules: begun, good, failed, missing.', labels: ['outcome'] },
  mirror_slack_calls_total: { help: 'Calls of the notifier to Slack.', labels: ['call', 'answer'] },
  mirror_log_lines_total: { help: 'Lines of the log that somebody should read.', labels: ['part', 'level'] },
} as const satisfies Readonly<Record<string, Described>>;

export const TIMINGS = {
  mirror_doorbell_seconds: { help: 'How long a queue message was being answered.', labels: ['queue'] },
  mirror_tick_seconds: { help: 'How long a look at what is due took.', labels: [] },
  mirror_slack_call_seconds: { help: 'How long Slack took.', labels: ['call'] },
  mirror_lookup_seconds: { help: 'From the command to the end of its look-up.', labels: [] },
  mirror_decision_seconds: { help: 'From the offer to the decision.', labels: [] },
  mirror_copy_seconds: { help: 'From the beginning of a copy to its tag.', labels: [] },
  mirror_scan_seconds: { help: 'From the copy to its findings.', labels: [] },
} as const satisfies Readonly<Record<string, Described>>;

export interface Described {
  readonly help: string;
  readonly labels: readonly string[];
}
export type CounterName = keyof typeof COUNTERS;
export type TimingName = keyof typeof TIMINGS;
