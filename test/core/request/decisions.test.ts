import { describe, expect, test } from '@jest/globals';
import { failures } from '../../../core/request/failure.ts';
import type { Input } from '../../../core/request/input.ts';
import {
  ALICE,
  decided,
  decidedAt,
  answerAt,
  approveBy,
  BOB,
  copiedInput,
  foundScan,
  heldBy,
  HOUR,
  offer,
  offered,
  OTTO,
  resolvedAs,
  sampleDigest,
  sampleRequest,
  sampleSource,
  START,
  WEEK,
} from './sample-request.ts';

const failure = failures.internal({ source: sampleSource(), detail: 'a test' });
const denyBy = (by: string, ...images: readonly string[]): Input => ({
  kind: 'deny',
  by,
  images,
  reason: 'too old',
});

describe('approvals', () => {
  test('an approval short of the rule is kept and starts nothing; the last one needed starts the image', () => {
    const first = decided(offered(1, { approvals: 2 }), approveBy(ALICE));
    expect([first.state, first.images['1']?.state]).toEqual(['pending', 'ready']);

    const second = decided(first, approveBy(BOB));
    expect([second.state, second.images['1']?.state]).toEqual(['running', 'queued']);
    expect(second.images['1']?.approvals.map(({ by }) => by)).toEqual([ALICE, BOB]);
  });

  test('one person counts once', () => {
    const first = decided(offered(1, { approvals: 2 }), approveBy(ALICE));
    expect(answerAt(first, START, approveBy(ALICE))).toBe('nothing to decide');
  });

  test("the requester's own approval counts only where the rule says so", () => {
    expect(answerAt(offered(), START, approveBy(OTTO))).toBe('nothing to decide');
    expect(decided(offered(1, { selfApproval: true }), approveBy(OTTO)).images['1']?.state).toBe('queued');
  });

  test('the group that entitles the person is recorded with the approval', () => {
    const group = { id: 'S0SEC', changedAt: START - HOUR, changedBy: BOB };
    const item = decided(offered(), {
      kind: 'approve',
      by: ALICE,
      images: ['1'],
      groups: { '1': group },
      configHash: 'c0ffee123456',
    });
    expect(item.images['1']?.approvals).toEqual([{ by: ALICE, at: START, group }]);
  });

  test('each image records its own group, since each has its own rule', () => {
    const item = decided(offered(2), {
      kind: 'approve',
      by: ALICE,
      images: ['1', '2'],
      groups: { '1': { id: 'S0ONE' }, '2': { id: 'S0TWO' } },
      configHash: 'c0ffee123456',
    });
    expect(['1', '2'].map((id) => item.images[id]?.approvals[0]?.group?.id)).toEqual(['S0ONE', 'S0TWO']);
  });

  test('one click is one event, with the images it decided and their digests in the same order', () => {
    const item = sampleRequest(2);
    const open = decided(
      item,
      { kind: 'claimResolve', owner: 'resolver' },
      resolvedAs({ '1': offer({}, sampleDigest('one')), '2': offer({}, sampleDigest('two')) }),
    );
    const both = decided(open, approveBy(ALICE, '2', '1', '9'));
    expect(both.events.slice(1)).toMatchObject([
      {
        type: 'approved',
        by: ALICE,
        images: ['1', '2'],
        digests: [sampleDigest('one'), sampleDigest('two')],
      },
    ]);
  });

  test('an image without a recorded rule is never started by a click', () => {
    const item = offered();
    const { rule: _, ...image } = item.images['1'] ?? { rule: undefined };
    if (!('state' in image)) throw new Error('no image');
    const bare = { ...item, images: { '1': image } };
    expect(decided(bare, approveBy(ALICE)).images['1']?.state).toBe('ready');
  });

  test('a rule that needs nobody queues at resolve, without an approval event', () => {
    const item = offered(1, { decision: 'auto', approvals: 0 });
    expect([item.state, item.images['1']?.state]).toEqual(['running', 'queued']);
    expect(item.events.map(({ type }) => type)).toEqual(['offered']);
    expect(answerAt(item, START, { kind: 'claim', image: '1', owner: 'worker' })).toBe('changed');
  });
});

describe('a list of images', () => {
  const list = offered(3);

  test('decided images start at once, the others go on waiting', () => {
    const item = decided(list, approveBy(ALICE, '1'));
    expect(item.state).toBe('running');
    expect(Object.values(item.images).map(({ state }) => state)).toEqual(['queued', 'ready', 'ready']);
  });

  test('a click decides only the images its person may decide, and those in question still wait', () => {
    const item = decided(list, approveBy(ALICE, '1'), denyBy(BOB, '1', '2'));
    expect(Object.values(item.images).map(({ state }) => state)).toEqual(['queued', 'rejected', 'ready']);
    expect(item.events.at(-1)).toMatchObject({ type: 'denied', by: BOB, images: ['2'], reason: 'too old' });
  });

  test('the change that settles the last image finishes the request in the same write', () => {
    const two = decided(list, denyBy(ALICE, '1', '2'));
    expect([two.state, two.events.at(-1)?.type]).toEqual(['pending', 'denied']);
    const three = decided(two, denyBy(ALICE, '3'));
    expect([three.state, three.version]).toEqual(['finished', two.version + 1]);
    expect(three.events.slice(-2).map(({ type }) => type)).toEqual(['denied', 'finished']);
  });

  test('an image whose scan is waited for is not settled', () => {
    const copying = decided(list, approveBy(ALICE, '1'), denyBy(ALICE, '2', '3'), {
      kind: 'claim',
      image: '1',
      owner: 'worker',
    });
    const copied = decided(copying, { ...heldBy('worker'), kind: 'tagging' }, copiedInput('worker'));
    expect([copied.images['1']?.state, copied.state]).toEqual(['copied', 'running']);
    const scanned = decided(copied, { kind: 'scanned', scans: { '1': foundScan } });
    expect(scanned.state).toBe('finished');
  });

  test('cancel takes what is not yet being tagged, and leaves the rest to its end', () => {
    const running = decided(
      list,
      approveBy(ALICE, '1', '2'),
      { kind: 'claim', image: '1', owner: 'worker' },
      { kind: 'claim', image: '2', owner: 'second' },
      { ...heldBy('worker'), kind: 'tagging' },
      { kind: 'cancel', by: OTTO },
    );
    expect(Object.values(running.images).map(({ state }) => state)).toEqual([
      'copying',
      'cancelled',
      'cancelled',
    ]);
    expect(running.state).toBe('running');
    expect(running.work['2']).toMatchObject({ owner: '', until: 0, fence: 1 });
    expect(running.work['1']).toMatchObject({ owner: 'worker' });
    expect(running.events.at(-1)).toMatchObject({
      type: 'cancelled',
      by: OTTO,
      images: ['2', '3'],
      offered: true,
    });
  });
});

describe('cancel', () => {
  const copying = decided(offered(), approveBy(ALICE), { kind: 'claim', image: '1', owner: 'worker' });

  test("before the tag is begun the worker's next write is refused", () => {
    const cancelled = decided(copying, { kind: 'cancel', by: OTTO });
    expect(answerAt(cancelled, START, { ...heldBy('worker'), kind: 'tagging' })).toBe('lease lost');
    expect(answerAt(cancelled, START, copiedInput('worker'))).toBe('lease lost');
  });

  test('once the tag is begun it is too late, in every later state of that image', () => {
    const tagging = decided(copying, { ...heldBy('worker'), kind: 'tagging' });
    const given = decided(tagging, { ...heldBy('worker'), kind: 'yield', progressed: true });
    for (const item of [tagging, given]) {
      expect(answerAt(item, START, { kind: 'cancel', by: OTTO })).toBe('too late');
    }
  });

  test('while the image is still looked up everything ends, and the look comes too late', () => {
    const looking = decided(sampleRequest(2), { kind: 'claimResolve', owner: 'resolver' });
    const item = decided(looking, { kind: 'cancel', by: OTTO });
    expect([item.state, ...Object.values(item.images).map(({ state }) => state)]).toEqual([
      'finished',
      'cancelled',
      'cancelled',
    ]);
    expect(item.events[0]).toMatchObject({ type: 'cancelled', offered: false, images: ['1', '2'] });
    expect(item.work['resolve']).toMatchObject({ owner: '', until: 0 });
    expect(answerAt(item, START, resolvedAs({ '1': offer(), '2': offer() }))).toBe('not resolving');
  });
});

describe('expiry', () => {
  test('nothing expires a moment before its time, and it does at its time', () => {
    expect(answerAt(offered(), START + WEEK - 1, { kind: 'expire' })).toBe('nothing expired');
    const item = decidedAt(offered(), START + WEEK, { kind: 'expire' });
    expect([item.state, item.images['1']?.state, item.images['1']?.since]).toEqual([
      'finished',
      'expired',
      START + WEEK,
    ]);
  });

  test('only what waits for people expires; a held image is left untagged', () => {
    const item = decided(offered(3), approveBy(ALICE, '1', '2'));
    const image = item.images['2'];
    if (!image) throw new Error('no image');
    const held = { ...item, images: { ...item.images, '2': { ...image, state: 'held' as const } } };
    const late = decidedAt(held, START + WEEK, { kind: 'expire' });
    expect(Object.values(late.images).map(({ state }) => state)).toEqual(['queued', 'left', 'expired']);
    expect(late.events.at(-1)).toMatchObject({ type: 'expired', images: ['2', '3'] });
    expect(late.state).toBe('running');
  });
});

describe('retry', () => {
  const failed = decided(
    offered(),
    approveBy(ALICE),
    { kind: 'claim', image: '1', owner: 'worker' },
    { ...heldBy('worker'), kind: 'tagging' },
    { ...heldBy('worker'), kind: 'fail', failure },
  );

  test('brings a finished request back to running, with its approval and a fresh count of tries', () => {
    expect(failed.state).toBe('finished');
    const again = decided(failed, { kind: 'retry', by: OTTO });
    expect(again.state).toBe('running');
    expect(again.images['1']).toMatchObject({ state: 'queued', attempt: 0, notBefore: 0, scan: 'none' });
    expect(again.images['1']?.failure).toBeUndefined();
    expect(again.images['1']?.approvals).toEqual(failed.images['1']?.approvals);
    expect(again.dueAt).toBeGreaterThan(START);
    expect(answerAt(again, START, { kind: 'claim', image: '1', owner: 'next' })).toBe('changed');
  });

  test('keeps the mark of a tag that was begun: what stands there may be ours', () => {
    expect(decided(failed, { kind: 'retry', by: OTTO }).images['1']?.taggingAt).toBe(START);
  });

  test('a retried request finishes again, and says so again', () => {
    const again = decided(
      failed,
      { kind: 'retry', by: OTTO },
      { kind: 'claim', image: '1', owner: 'next' },
      copiedInput('next', 2),
      { kind: 'scanned', scans: { '1': foundScan } },
    );
    expect(again.state).toBe('finished');
    expect(again.events.filter(({ type }) => type === 'finished')).toHaveLength(2);
  });

  test('takes only the failed images of a list', () => {
    const list = decided(
      offered(2),
      approveBy(ALICE, '1'),
      denyBy(ALICE, '2'),
      { kind: 'claim', image: '1', owner: 'worker' },
      { ...heldBy('worker'), kind: 'fail', failure },
      { kind: 'retry', by: OTTO },
    );
    expect(Object.values(list.images).map(({ state }) => state)).toEqual(['queued', 'rejected']);
    expect(list.events.at(-1)).toMatchObject({ type: 'retried', images: ['1'] });
  });
});
