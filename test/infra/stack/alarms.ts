import { describe, expect, test } from '@jest/globals';
import { DIMENSION, IN_CLOUDWATCH, NAMESPACE } from '../../../core/metrics/emf.ts';
import { properties, type Stacks } from './stacks.ts';

/** What is watched, and who is told. */
export function testAlarms(stacks: Stacks): void {
  describe('alarms', () => {
    test('watch every function for errors, and every queue', () => {
      const alarms = properties(stacks.plain, 'AWS::CloudWatch::Alarm');
      const errors = alarms.filter(({ MetricName }) => MetricName === 'Errors');
      for (const id of ['Bot', 'Notifier', 'Worker', 'Tick']) {
        expect(errors.some(({ Dimensions }) => JSON.stringify(Dimensions).includes(`"${id}`))).toBe(true);
      }
      const visible = 'ApproximateNumberOfMessagesVisible';
      expect(alarms.filter(({ MetricName }) => MetricName === visible)).toHaveLength(2);
      for (const alarm of alarms) {
        expect(alarm).toMatchObject({
          AlarmActions: [expect.anything()],
          AlarmDescription: expect.stringContaining('docs/'),
        });
      }
    });

    test('read figures that the functions write', () => {
      const own = properties(stacks.plain, 'AWS::CloudWatch::Alarm').filter(
        ({ Namespace }) => Namespace === NAMESPACE,
      );
      expect(own.length).toBeGreaterThan(0);
      for (const { Dimensions, MetricName } of own) {
        expect(IN_CLOUDWATCH).toContain(MetricName);
        expect(Dimensions).toEqual([{ Name: 'service', Value: DIMENSION.service }]);
      }
      // What is a graph and no alarm is written as well.
      for (const [name] of stacks.plain.text.matchAll(/mirror_[a-z_]+_total/g))
        expect(IN_CLOUDWATCH).toContain(name);
    });

    test('are told to nobody by default, and to the address of the configuration', () => {
      expect(stacks.plain.all('AWS::SNS::Subscription')).toEqual([]);
      expect(properties(stacks.two, 'AWS::SNS::Subscription')).toEqual([
        expect.objectContaining({ Protocol: 'email', Endpoint: 'platform@example.com' }),
      ]);
    });
  });
}
