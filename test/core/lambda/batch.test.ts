import { describe, expect, test } from '@jest/globals';
import { answerBatch } from '../../../core/lambda/batch.ts';
import type { SqsEvent } from '../../../core/lambda/event.ts';
import { formatDoorbell } from '../../../core/queue/doorbell.ts';

const quiet = () => {};
const event = (...bodies: readonly string[]): SqsEvent => ({
  Records: bodies.map((body, at) => ({
    messageId: `m${at + 1}`,
    body,
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:work',
  })),
});

describe('a batch of doorbells', () => {
  test('that were all answered leaves none', async () => {
    const heard: string[] = [];
    const handle = async (id: string) => {
      heard.push(id);
    };
    const answer = await answerBatch(event(formatDoorbell('M-1'), formatDoorbell('M-2')), {
      handle,
      log: quiet,
    });
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(heard).toEqual(['M-1', 'M-2']);
  });

  test('of which one fails gives back that one and no other', async () => {
    const handle = async (id: string) => {
      if (id === 'M-2') throw new Error('the store did not answer');
    };
    const bodies = ['M-1', 'M-2', 'M-3'].map(formatDoorbell);
    const answer = await answerBatch(event(...bodies), { handle, log: quiet });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
  });

  test('of one request is answered once, and failing comes back whole', async () => {
    let times = 0;
    const handle = async () => {
      times += 1;
      throw new Error('no');
    };
    const answer = await answerBatch(event(formatDoorbell('M-1'), formatDoorbell('M-1')), {
      handle,
      log: quiet,
    });
    expect(times).toBe(1);
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }]);
  });

  test.each([
    ['of a newer process', '{"v":2,"requestId":"M-1","more":true}', 0],
    ['that is no doorbell', 'hello', 1],
  ])('%s is never taken for done, and the others are answered', async (_what, body, warnings) => {
    const lines: string[] = [];
    const log = (level: string) => lines.push(level);
    const answer = await answerBatch(event(body, formatDoorbell('M-1')), { handle: async () => {}, log });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(lines.filter((level) => level === 'warn')).toHaveLength(warnings);
  });
});
