import { describe, expect, test } from '@jest/globals';
import { ITEM_MAX_BYTES } from '../../../core/request/item-size.ts';
import { deliveries } from '../../../core/request/deliveries.ts';
import { failures } from '../../../core/request/failure.ts';
import type { Input } from '../../../core/request/input.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { WATCHERS_MAX } from '../../../core/request/watching.ts';
import {
  ALICE,
  answerAt,
  approveBy,
  copiedInput,
  decided,
  foundScan,
  heldBy,
  offer,
  offered,
  OTTO,
  resolvedAs,
  sampleDigest,
  sampleRequest,
  sampleSource,
  START,
  watchBy,
} from './sample-request.ts';

const failure = failures.internal({ source: sampleSource(), detail: 'a test' });
const watched = decided(offered(), watchBy('U0WANDA'), watchBy('U0WILL'));
const copying = decided(watched, approveBy(ALICE), { kind: 'claim', image: '1', owner: 'worker' });
const direct = (item: RequestItem): readonly (readonly string[])[] =>
  item.events.map((event) =>
    deliveries(event, item).flatMap((each) => (each.kind === 'direct' ? [each.to] : [])),
  );

describe('somebody who asks for what is already open', () => {
  test('is told once, when the scan has settled the image, after those who were told before', () => {
    const done = decided(copying, { ...heldBy('worker'), kind: 'tagging' }, copiedInput('worker'), {
      kind: 'scanned',
      scans: { '1': foundScan },
    });
    expect(done.events.map(({ type }) => type)).toEqual([
      'offered',
      'approved',
      'copied',
      'scanned',
      'finished',
    ]);
    expect(direct(done)).toEqual([[], [], [], ['U0WANDA', 'U0WILL'], []]);
  });

  test.each<[string, RequestItem]>([
    ['denied', decided(watched, { kind: 'deny', by: ALICE, images: ['1'] })],
    ['cancelled', decided(watched, { kind: 'cancel', by: OTTO })],
    ['failed', decided(copying, { ...heldBy('worker'), kind: 'fail', failure })],
  ])('is told that it was %s', (type, item) => {
    const at = item.events.findIndex((event) => event.type === type);
    expect(direct(item)[at]).toEqual(['U0WANDA', 'U0WILL']);
  });

  test('is not told of what was before they joined: a failure that was tried again', () => {
    const again = decided(
      copying,
      { ...heldBy('worker'), kind: 'fail', failure },
      { kind: 'retry', by: OTTO },
      watchBy('U0LATE'),
    );
    const failed = again.events.findIndex(({ type }) => type === 'failed');
    expect(direct(again)[failed]).toEqual(['U0WANDA', 'U0WILL']);
    const over = decided(again, { kind: 'cancel', by: OTTO });
    const cancelled = over.events.findIndex(({ type }) => type === 'cancelled');
    expect(direct(over)[cancelled]).toEqual(['U0WANDA', 'U0WILL', 'U0LATE']);
  });

  test('counts once, however often they ask, and not at all for their own request', () => {
    expect(answerAt(watched, START, watchBy('U0WANDA'))).toBe('already watching');
    expect(answerAt(watched, START, watchBy(OTTO))).toBe('already watching');
  });

  test('has nothing to wait for where another digest is open, or all is over', () => {
    expect(answerAt(watched, START, watchBy('U0NEW', sampleDigest('another')))).toBe('not open');
    const over = decided(watched, { kind: 'deny', by: ALICE, images: ['1'] });
    expect(answerAt(over, START, watchBy('U0NEW'))).toBe('not open');
  });

  test('is one of twenty at most', () => {
    let item = offered();
    for (let n = 0; n < WATCHERS_MAX; n += 1) item = decided(item, watchBy(`U0W${n}`));
    expect(answerAt(item, START, watchBy('U0LATE'))).toBe('too many watchers');
  });

  test('of one image of a list hears of that one alone', () => {
    const input: Input = {
      kind: 'watch',
      image: '2',
      by: 'U0WANDA',
      request: 'M-9',
      digest: sampleDigest('index'),
    };
    const item = decided(offered(2), input, { kind: 'deny', by: ALICE, images: ['1'] });
    expect(direct(item).flat()).toEqual([]);
    const both = decided(item, { kind: 'deny', by: ALICE, images: ['2'] });
    expect(direct(both).flat()).toEqual(['U0WANDA']);
  });
});

describe('the size of a request', () => {
  const long = { ...failure, summary: 'x'.repeat(ITEM_MAX_BYTES) };

  test('that would pass what DynamoDB takes is refused where something only begins', () => {
    const item = { ...offered(), reason: 'x'.repeat(ITEM_MAX_BYTES) };
    expect(answerAt(item, START, approveBy(ALICE))).toBe('too large');
    expect(answerAt(item, START, watchBy('U0WANDA'))).toBe('too large');
  });

  test('never keeps an image from its end', () => {
    expect(answerAt(copying, START, { ...heldBy('worker'), kind: 'fail', failure: long })).toBe('changed');
    const item = { ...offered(), reason: 'x'.repeat(ITEM_MAX_BYTES) };
    expect(answerAt(item, START, { kind: 'deny', by: ALICE, images: ['1'] })).toBe('changed');
  });

  test('that an offer would have is refused at the look-up, with what to do', () => {
    const item = decided(sampleRequest(25), { kind: 'claimResolve', owner: 'resolver' });
    const wide = offer();
    if (wide.kind !== 'offer') throw new Error('an offer');
    const [platform] = wide.facts.platforms;
    const platforms = platform ? Array.from({ length: 100 }, () => platform) : [];
    const huge = { ...wide, facts: { ...wide.facts, platforms } };
    const outcomes = Object.fromEntries(Object.keys(item.entries).map((id) => [id, huge]));
    const some = decided(item, resolvedAs(outcomes));
    expect(some.images['1']?.state).toBe('ready');
    expect(some.images['25']).toMatchObject({ state: 'refused', failure: { code: 'requestTooLarge' } });
    expect(some.images['25']?.failure?.summary).toContain('25 images');
  });

  test('of 25 images with ten platforms each is an offer', () => {
    const item = decided(sampleRequest(25), { kind: 'claimResolve', owner: 'resolver' });
    const wide = offer();
    if (wide.kind !== 'offer') throw new Error('an offer');
    const [platform] = wide.facts.platforms;
    const platforms = platform ? Array.from({ length: 10 }, () => platform) : [];
    const outcomes = Object.fromEntries(
      Object.keys(item.entries).map((id) => [id, { ...wide, facts: { ...wide.facts, platforms } }]),
    );
    expect(decided(item, resolvedAs(outcomes)).state).toBe('pending');
  });
});
