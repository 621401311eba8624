import { describe, expect, test } from '@jest/globals';
import { failures } from '../../../core/request/failure.ts';
import type { Input } from '../../../core/request/input.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import {
  ALICE,
  decided,
  decidedAt,
  answerAt,
  approveBy,
  copiedInput,
  foundScan,
  heldBy,
  offer,
  offered,
  resolvedAs,
  sampleRequest,
  sampleSource,
  START,
} from './sample-request.ts';

const failure = failures.sourcePrivate({ source: sampleSource() });
const claimBy = (owner: string): Input => ({ kind: 'claimResolve', owner });
const lapse = DEFAULT_TIMING.leaseMs;

describe('looking up', () => {
  test('a second worker is kept out for the length of the lease, and takes over after it', () => {
    const item = decided(sampleRequest(), claimBy('first'));
    expect(answerAt(item, START + lapse - 1, claimBy('second'))).toBe('leased');
    const taken = decidedAt(item, START + lapse, claimBy('second'));
    expect(taken.work['resolve']).toEqual({
      owner: 'second',
      fence: 2,
      until: START + 2 * lapse,
      attempt: 2,
    });
    const outcomes = { '1': offer() };
    expect(answerAt(taken, START, { kind: 'resolved', owner: 'first', fence: 1, outcomes })).toBe(
      'lease lost',
    );
  });

  test('a passing trouble keeps everybody away until the next try', () => {
    const later = START + 40_000;
    const item = decided(sampleRequest(), claimBy('first'), {
      kind: 'releaseResolve',
      owner: 'first',
      fence: 1,
      notBefore: later,
      failure,
    });
    expect([item.state, item.dueAt]).toEqual(['resolving', later]);
    expect(answerAt(item, later - 1, claimBy('second'))).toBe('leased');
    expect(answerAt(item, later, claimBy('second'))).toBe('changed');
  });

  test('the last try ends the request with what went wrong', () => {
    let item = sampleRequest(2);
    for (let attempt = 1; attempt <= DEFAULT_TIMING.resolveAttempts; attempt += 1) {
      expect(item.state).toBe('resolving');
      item = decided(item, claimBy('worker'), {
        kind: 'releaseResolve',
        owner: 'worker',
        fence: attempt,
        notBefore: START,
        failure,
      });
    }
    expect(item.state).toBe('refused');
    expect(item.images['2']).toMatchObject({ state: 'refused', failure });
    expect(item.events).toMatchObject([{ type: 'refused', images: ['1', '2'] }]);
  });

  test('tries that died without a word are counted too, and the claim after the last one refuses, naming each image', () => {
    let item = sampleRequest(2);
    for (let attempt = 1; attempt <= DEFAULT_TIMING.resolveAttempts; attempt += 1) {
      item = decidedAt(item, START + attempt * lapse, claimBy(`worker ${attempt}`));
    }
    const last = decidedAt(item, START + 99 * lapse, claimBy('one too many'));
    expect(last.state).toBe('refused');
    expect(Object.values(last.images).map((image) => image.failure?.summary)).toEqual([
      'app1:1.0 could not be looked up in 12 tries.',
      'app2:1.0 could not be looked up in 12 tries.',
    ]);
    expect(last.work['resolve']).toMatchObject({ owner: '', until: 0 });
  });
});

describe('what was found', () => {
  const looking = (images: number) => decided(sampleRequest(images), claimBy('resolver'));

  test('the offer holds what was pinned, under its rule', () => {
    const item = decided(looking(1), resolvedAs({ '1': offer() }));
    expect([item.state, item.images['1']?.state]).toEqual(['pending', 'ready']);
    const { kind: _, ...facts } = offer();
    expect(item.images['1']).toMatchObject(facts);
  });

  test('only what is offered is in the offer; the refused and the unchanged beside it are no reason to wait', () => {
    const item = decided(
      looking(3),
      resolvedAs({ '1': { kind: 'refused', failure }, '2': offer(), '3': { kind: 'unchanged' } }),
    );
    expect(item.state).toBe('pending');
    expect(item.events).toMatchObject([
      { type: 'offered', images: ['2'] },
      { type: 'refused', images: ['1'] },
    ]);
    const denied = decided(item, { kind: 'deny', by: ALICE, images: ['2'] });
    expect(denied.state).toBe('finished');
  });

  test('an image of a list that needs nobody starts while the other waits', () => {
    const item = decided(
      looking(2),
      resolvedAs({ '1': offer({ decision: 'auto', approvals: 0 }), '2': offer() }),
    );
    expect([item.state, item.images['1']?.state, item.images['2']?.state]).toEqual([
      'running',
      'queued',
      'ready',
    ]);
    expect(item.dueAt).toBeDefined();
  });

  test('nothing to offer: all unchanged finishes at once, all refused is refused', () => {
    const unchanged = decided(
      looking(2),
      resolvedAs({ '1': { kind: 'unchanged' }, '2': { kind: 'refused', failure } }),
    );
    expect([unchanged.state, unchanged.events.map(({ type }) => type)]).toEqual([
      'finished',
      ['refused', 'unchanged', 'finished'],
    ]);
    const refused = decided(looking(1), resolvedAs({ '1': { kind: 'refused', failure } }));
    expect([refused.state, refused.events.map(({ type }) => type)]).toEqual(['refused', ['refused']]);
  });

  test('an image the look forgot is refused, not lost', () => {
    const item = decided(looking(2), resolvedAs({ '1': offer() }));
    expect(item.images['2']).toMatchObject({ state: 'refused', failure: { code: 'resolveGaveUp' } });
  });
});

describe('scans', () => {
  const copied = decided(
    offered(3),
    approveBy(ALICE, '1', '2', '3'),
    ...['1', '2', '3'].flatMap((image): readonly Input[] => [
      { kind: 'claim', image, owner: `worker ${image}` },
      { ...heldBy(`worker ${image}`, 1, image), kind: 'tagging' },
      copiedInput(`worker ${image}`, 1, image),
    ]),
  );

  test('one look tells of some images, the others go on waiting', () => {
    const item = decided(copied, {
      kind: 'scanned',
      scans: { '1': foundScan, '3': { as: 'unavailable', why: 'ECR does not scan it' } },
    });
    expect(Object.values(item.images).map(({ scan }) => scan)).toEqual(['found', 'waiting', 'unavailable']);
    expect(item.images['3']?.scanNote).toBe('ECR does not scan it');
    expect(item.events.slice(-2)).toMatchObject([
      { type: 'scanned', images: ['1'], as: 'found' },
      { type: 'scanned', images: ['3'], as: 'unavailable' },
    ]);
    expect(item.state).toBe('running');
  });

  test('a second look at the same image changes nothing; the last one finishes', () => {
    const item = decided(copied, { kind: 'scanned', scans: { '1': foundScan, '2': foundScan } });
    const again: Input = { kind: 'scanned', scans: { '1': foundScan, '9': foundScan } };
    expect(answerAt(item, START, again)).toBe('no scan waited for');
    const last = decided(item, { kind: 'scanned', scans: { '1': foundScan, '3': foundScan } });
    expect(last.events.slice(-2)).toMatchObject([{ type: 'scanned', images: ['3'] }, { type: 'finished' }]);
  });
});
