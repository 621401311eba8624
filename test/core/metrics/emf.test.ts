import { expect, test } from '@jest/globals';
import { DIMENSION, emfMetrics, IN_CLOUDWATCH, NAMESPACE } from '../../../core/metrics/emf.ts';

function written() {
  const lines: string[] = [];
  const metrics = emfMetrics(
    (line) => lines.push(line),
    () => 1_764_000_000_000,
  );
  return { metrics, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') };
}

test('one line holds what was counted since the last, and CloudWatch takes the few that it keeps', () => {
  const { last, lines, metrics } = written();
  metrics.count('mirror_failures_total', { code: 'tagHoldsOther' });
  metrics.count('mirror_failures_total', { code: 'sourceGone' }, 2);
  metrics.count('mirror_doorbells_total', { queue: 'work', outcome: 'answered' });
  metrics.time('mirror_copy_seconds', 1_500);
  metrics.flush();
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith('\n')).toBe(true);
  expect(last()).toEqual({
    ...DIMENSION,
    _aws: {
      Timestamp: 1_764_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['service']],
          Metrics: [{ Name: 'mirror_failures_total', Unit: 'Count' }],
        },
      ],
    },
    mirror_failures_total: 3,
    figures: {
      'mirror_failures_total.tagHoldsOther': 1,
      'mirror_failures_total.sourceGone': 2,
      'mirror_doorbells_total.work.answered': 1,
      mirror_copy_seconds_count: 1,
      mirror_copy_seconds_sum: 1.5,
    },
  });
});

test('nothing is counted twice, and nothing counted is no line', () => {
  const { lines, metrics } = written();
  metrics.count('mirror_copied_bytes_total', {}, 10);
  metrics.flush();
  metrics.flush();
  expect(lines).toHaveLength(1);
});

test('what CloudWatch does not keep is a plain field: no metric that is billed', () => {
  const { last, metrics } = written();
  metrics.count('mirror_ticks_total', { outcome: 'done' });
  metrics.flush();
  expect(last()).not.toHaveProperty('_aws');
  expect(IN_CLOUDWATCH.length).toBeLessThanOrEqual(10);
});
