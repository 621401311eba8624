import { describe, expect, test } from '@jest/globals';
import { renderReply } from '../../../bot/messages/thread.ts';
import { cellsOf } from '../../../bot/messages/table.ts';
import type { EventBody } from '../../../core/request/event.ts';
import { failures } from '../../../core/request/failure.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import {
  ALICE,
  BOB,
  DIGEST,
  sampleEntry,
  sampleFindings,
  sampleResult,
  START,
  withEvents,
} from '../sample.ts';
import { expectSayable, read } from './checked.ts';
import { longName, sampleList } from './sample-list.ts';

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));
const offered = (count: number): EventBody => ({ type: 'offered', images: ids(1, count) });
const approved = (images: readonly string[]): EventBody => ({
  type: 'approved',
  by: BOB,
  images,
  digests: images.map(() => DIGEST),
  configHash: 'c0ffee',
});

/** What the last of these events is told as. */
function told(item: RequestItem, ...events: readonly EventBody[]): string {
  const full = withEvents(item, ...events);
  const last = full.events.at(-1);
  if (!last) throw new Error('no event');
  const message = renderReply(last, full);
  expectSayable(message);
  return read(message);
}

describe('the thread of a list tells', () => {
  test('how many were approved, and how many still wait', () => {
    const item = sampleList(20, (n) => (n > 18 ? {} : { approvals: [{ by: BOB, at: START + 60_000 }] }));
    expect(told(item, offered(20), approved(ids(1, 18)))).toBe(
      '<@U01BOB00001> approved 18 of 20 images. 2 images still wait.',
    );
    const all = sampleList(2, () => ({ approvals: [{ by: BOB, at: START + 60_000 }] }));
    expect(told(all, offered(2), approved(ids(1, 2)))).toBe('<@U01BOB00001> approved all 2 images.');
  });

  test('that an approval is not enough where a rule wants two', () => {
    const item = sampleList(2, (n) => {
      const { rule } = sampleList(1).images['1'] ?? {};
      const two = rule && { rule: { ...rule, approvals: 2 } };
      return { ...(n === 2 && two), approvals: [{ by: BOB, at: START + 60_000 }] };
    });
    expect(told(item, offered(2), approved(ids(1, 2)))).toBe(
      '<@U01BOB00001> approved all 2 images. 1 image of them needs another approval. 1 image still waits.',
    );
  });

  test('which were denied, with the reason as it was typed', () => {
    const item = sampleList(20);
    const denied: EventBody = { type: 'denied', by: BOB, images: ids(4, 8), reason: 'use *7* <!channel>' };
    expect(told(item, offered(20), denied)).toBe(
      '<@U01BOB00001> denied 5 of 20 images: app-4:1, app-5:1, app-6:1 and 2 more. 15 images still wait. The reason:\nuse *7* <!channel>',
    );
  });

  test('what nobody decided, with a command for each', () => {
    const text = told(sampleList(3), offered(3), { type: 'expired', images: ids(2, 3) });
    expect(text).toContain('Nobody decided about 2 of 3 images in time');
    expect(text).toContain('/mirror app-2:1 base-images/app-2\n/mirror app-3:1 base-images/app-3');
  });

  test('in a reminder whoever is to decide, by each of its rules', () => {
    const { rule } = sampleList(1).images['1'] ?? {};
    const dev = rule && { rule: { ...rule, name: 'dev', approvers: { users: [BOB], userGroups: [] } } };
    const item = sampleList(3, (n) => (n > 1 ? { ...dev } : {}));
    expect(told(item, offered(3), { type: 'reminded', as: 'morning', images: ids(1, 3) })).toContain(
      '● <!subteam^S01PLATFORM>, <@U01BOB00001>: app-1:1, app-2:1 and app-3:1 waits for a decision',
    );
  });

  test('that failed ones are tried again', () => {
    expect(told(sampleList(5), offered(5), { type: 'retried', by: ALICE, images: ['2', '3'] })).toBe(
      '<@U01ALICE001> has 2 of 5 images tried again: the approved digests, and only the bytes that are missing.',
    );
  });
});

describe('the closing reply of a list', () => {
  const uri = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/app';
  const failure = failures.sourceUnreachable({ ...sampleEntry('app-2:1'), detail: 'connection refused' });

  test('has a row for each image with result and digest, the sums, and a button where something failed', () => {
    const item = sampleList(
      4,
      (n) =>
        [
          {
            state: 'copied' as const,
            scan: 'found' as const,
            findings: sampleFindings,
            repositoryUri: uri,
            result: sampleResult,
          },
          { state: 'failed' as const, failure },
          { state: 'unchanged' as const, repositoryUri: uri },
          { state: 'rejected' as const },
        ][n - 1] ?? {},
      { state: 'finished' },
    );
    const full = withEvents(item, offered(4), { type: 'finished' });
    const message = renderReply(full.events[1] as never, full);
    expectSayable(message);
    const rows = message.blocks.flatMap((block) => (block.type === 'table' ? cellsOf(block) : []));
    expect(rows.map((row) => row[3])).toEqual([
      'Result',
      '✓ in ECR, 1 critical, 3 high',
      expect.stringMatching(/^✕ Docker Hub did not answer/),
      '✓ was in ECR already',
      '✕ denied',
    ]);
    expect(rows[1]?.[4]).toMatch(/^sha256:.{4}…/);
    expect(rows[2]?.[4]).toBe('–');
    const text = read(message);
    expect(message.text).toBe('1 of 4 images copied, 1 there already, 1 failed, 1 not copied.');
    expect(text).toContain('`123456789012.dkr.ecr.eu-central-1.amazonaws.com/`');
    expect(text).toContain('107 MB copied, 61 MB already there · 9 s of copying · no pull');
    expect(JSON.stringify(message.blocks)).toContain('"action_id":"retry"');
  });

  test('with 25 long names and long failures stays within Slack’s limits', () => {
    const item = sampleList(25, (n) => ({ ...longName(n), state: 'failed', failure }), { state: 'finished' });
    const text = told(item, offered(25), { type: 'finished' });
    expect(text).toContain('0 of 25 images copied, 25 failed.');
  });
});
