import { expect, test } from '@jest/globals';
import { readEnvironment } from '../../../core/lambda/environment.ts';

test('variables are read by what they mean', () => {
  const env = { MIRROR_TABLE: 'mirror', MIRROR_WORK_QUEUE_URL: 'https://queue/work' };
  expect(readEnvironment(env, ['table', 'workQueueUrl'])).toEqual({
    table: 'mirror',
    workQueueUrl: 'https://queue/work',
  });
});

test('all that are missing are named at once, an empty one among them', () => {
  const env = { MIRROR_TABLE: '', MIRROR_WORK_QUEUE_URL: 'https://queue/work' };
  expect(() => readEnvironment(env, ['table', 'workQueueUrl', 'notifyQueueUrl'])).toThrow(
    'not set: MIRROR_TABLE, MIRROR_NOTIFY_QUEUE_URL',
  );
});
