import { expect, test } from '@jest/globals';
import { openMetrics } from '../../core/metrics/metrics.ts';
import { COUNTERS, TIMINGS } from '../../core/metrics/names.ts';
import { tellStory } from '../../core/metrics/story.ts';
import { ALICE, decidedAt, offered, START } from './request/sample-request.ts';

test('names and labels are these: dashboards and alarms use them, so one is added or left, never changed', () => {
  const named = Object.entries({ ...COUNTERS, ...TIMINGS }).map(
    ([name, { labels }]) => `${name}{${labels.join()}}`,
  );
  expect(named).toEqual([
    'mirror_events_total{type}',
    'mirror_failures_total{code}',
    'mirror_copied_bytes_total{}',
    'mirror_doorbells_total{queue,outcome}',
    'mirror_rings_lost_total{queue}',
    'mirror_dead_letters_total{queue}',
    'mirror_signatures_refused_total{}',
    'mirror_ticks_total{outcome}',
    'mirror_runs_total{outcome}',
    'mirror_slack_calls_total{call,answer}',
    'mirror_log_lines_total{part,level}',
    'mirror_doorbell_seconds{queue}',
    'mirror_tick_seconds{}',
    'mirror_slack_call_seconds{call}',
    'mirror_lookup_seconds{}',
    'mirror_decision_seconds{}',
    'mirror_copy_seconds{}',
    'mirror_scan_seconds{}',
  ]);
});

test('counters and timings are written as Prometheus reads them', () => {
  const metrics = openMetrics();
  metrics.count('mirror_doorbells_total', { outcome: 'answered', queue: 'work' });
  metrics.count('mirror_doorbells_total', { queue: 'work', outcome: 'answered' }, 2);
  metrics.count('mirror_failures_total', { code: 'a"b\\c\nd' });
  metrics.time('mirror_tick_seconds', 40);
  metrics.time('mirror_tick_seconds', 3_000);
  metrics.time('mirror_tick_seconds', 99_999_000);
  const lines = metrics.text().trim().split('\n');
  expect(lines).toContain('mirror_doorbells_total{queue="work",outcome="answered"} 3');
  expect(lines).toContain(String.raw`mirror_failures_total{code="a\"b\\c\nd"} 1`);
  expect(lines).toContain('# TYPE mirror_tick_seconds histogram');
  expect(lines).toContain('mirror_tick_seconds_bucket{le="0.05"} 1');
  expect(lines).toContain('mirror_tick_seconds_bucket{le="2.5"} 1');
  expect(lines).toContain('mirror_tick_seconds_bucket{le="5"} 2');
  expect(lines).toContain('mirror_tick_seconds_bucket{le="+Inf"} 3');
  expect(lines).toContain('mirror_tick_seconds_count 3');
  expect(lines).toContain('mirror_tick_seconds_sum 100002.04');
});

test('a label that a name does not have makes no series of its own', () => {
  const metrics = openMetrics();
  metrics.count('mirror_failures_total', { code: 'tagNotFound', requestId: 'M-7F3K' });
  expect(metrics.text()).not.toContain('M-7F3K');
});

test('the events of one change are told and counted, those before it not again', () => {
  const metrics = openMetrics();
  const lines: unknown[] = [];
  const tell = tellStory({ metrics, log: (...line) => lines.push(line) });
  const item = offered();
  const approve = { kind: 'approve', by: ALICE, images: ['1'], configHash: 'c0ffee' } as const;
  const next = decidedAt(item, START + 60_000, approve);
  tell(next, next.events.at(-1)?.token ?? '');
  expect(lines).toEqual([
    ['info', 'request approved', { requestId: 'M-7F3K', event: 1, images: ['1'], by: ALICE }],
  ]);
  expect(metrics.text()).toContain('mirror_events_total{type="approved"} 1');
  expect(metrics.text()).toContain('mirror_decision_seconds_sum 60');
  expect(metrics.text()).not.toContain('type="offered"');
});
