import { describe, expect, test } from '@jest/globals';
import { QUEUE_LIMITS } from '../../../core/queue/limits.ts';
import type { Template } from '../template.ts';
import { properties, type Stacks } from './stacks.ts';

/** The four functions, and the queues that wake them. */
export function testFunctions(stacks: Stacks): void {
  describe('each function', () => {
    test('runs on Node 24 and arm64, with a log of its own that ends', () => {
      const functions = stacks.plain.all('AWS::Lambda::Function');
      expect(functions.map(([id]) => id.slice(0, -8)).toSorted()).toEqual([
        'Bot',
        'Notifier',
        'Tick',
        'Worker',
      ]);
      for (const [, { Properties }] of functions) {
        expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
        expect(Properties['LoggingConfig']).toMatchObject({ LogFormat: 'JSON', LogGroup: expect.anything() });
        expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
      }
      for (const group of properties(stacks.plain, 'AWS::Logs::LogGroup'))
        expect(group['RetentionInDays']).toBe(90);
      for (const group of properties(stacks.two, 'AWS::Logs::LogGroup'))
        expect(group['RetentionInDays']).toBe(30);
    });

    test('fits into a new account: 3,008 MB at most', () => {
      for (const { MemorySize } of properties(stacks.plain, 'AWS::Lambda::Function')) {
        expect(Number(MemorySize)).toBeLessThanOrEqual(3_008);
      }
    });

    test('has the variables that it reads, and only its own secret', () => {
      const variables = (id: string): readonly string[] => {
        const { Environment } = stacks.plain.one('AWS::Lambda::Function', id).Properties as {
          readonly Environment: { readonly Variables: object };
        };
        return Object.keys(Environment.Variables)
          .filter((name) => name.startsWith('MIRROR_'))
          .toSorted();
      };
      const all = ['MIRROR_NOTIFY_QUEUE_URL', 'MIRROR_TABLE', 'MIRROR_WORK_QUEUE_URL'];
      expect(variables('Bot')).toEqual([...all, 'MIRROR_SLACK_SECRET'].toSorted());
      expect(variables('Notifier')).toEqual(
        [...all, 'MIRROR_NOTIFY_DEAD_QUEUE_ARN', 'MIRROR_SLACK_SECRET'].toSorted(),
      );
      expect(variables('Worker')).toEqual(
        [...all, 'MIRROR_REGISTRY_SECRET', 'MIRROR_WORK_DEAD_QUEUE_ARN'].toSorted(),
      );
      expect(variables('Tick')).toEqual(all);
    });
  });

  describe('the queues', () => {
    test('keep a message from others for longer than its function may run, and take it only over TLS', () => {
      const timeouts = stacks.plain.all('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
        const fn = stacks.plain.resources[String(Object.values(Properties['FunctionName'] as object)[0])];
        const queue = JSON.stringify(Properties['EventSourceArn']).match(/"(\w+)","Arn"/)?.[1] ?? '';
        return [
          stacks.plain.resources[queue]?.Properties['VisibilityTimeout'],
          fn?.Properties['Timeout'],
        ] as const;
      });
      expect(timeouts).toHaveLength(4);
      for (const [visibility, timeout] of timeouts)
        expect(Number(visibility)).toBeGreaterThan(Number(timeout));
      expect(stacks.plain.all('AWS::SQS::QueuePolicy')).toHaveLength(
        stacks.plain.all('AWS::SQS::Queue').length,
      );
      for (const { PolicyDocument } of properties(stacks.plain, 'AWS::SQS::QueuePolicy')) {
        expect(JSON.stringify(PolicyDocument)).toContain('"aws:SecureTransport":"false"');
      }
    });

    test('give a doorbell to the dead-letter queue after the tries that the code counts on', () => {
      const withDead = properties(stacks.plain, 'AWS::SQS::Queue').filter((each) => 'RedrivePolicy' in each);
      expect(withDead).toHaveLength(2);
      for (const queue of withDead) {
        expect(queue).toMatchObject({
          RedrivePolicy: { maxReceiveCount: QUEUE_LIMITS.maxReceiveCount },
          MessageRetentionPeriod: QUEUE_LIMITS.retentionSeconds,
        });
      }
    });

    test('wake the worker with one message at a time, as often at once as the configuration says', () => {
      const mappings = (template: Template) => properties(template, 'AWS::Lambda::EventSourceMapping');
      for (const mapping of mappings(stacks.plain)) {
        expect(mapping).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
      }
      const atOnce = (template: Template, maximum: number) =>
        mappings(template).find(({ ScalingConfig }) =>
          JSON.stringify(ScalingConfig).includes(`"MaximumConcurrency":${maximum}`),
        );
      expect(atOnce(stacks.plain, 5)).toMatchObject({ BatchSize: 1 });
      expect(atOnce(stacks.two, 20)).toMatchObject({ BatchSize: 1 });
    });
  });
}
