import { expect, test } from '@jest/globals';
import { cardHash } from '../../../core/request/card-facts.ts';
import { failures } from '../../../core/request/failure.ts';
import { END_STATES, type Image, type ImageState } from '../../../core/request/image.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import {
  ALICE,
  decided,
  approveBy,
  BOB,
  foundScan,
  heldBy,
  offered,
  OTTO,
  sampleSource,
  START,
} from './sample-request.ts';

const failure = failures.internal({ source: sampleSource(), detail: 'a test' });
const item = decided(offered(1, { approvals: 2 }), approveBy(ALICE));
const copying = decided(offered(), approveBy(ALICE), { kind: 'claim', image: '1', owner: 'worker' });

const withImage = (from: RequestItem, change: Partial<Image>): RequestItem => {
  const image = from.images['1'];
  return image ? { ...from, images: { '1': { ...image, ...change } } } : from;
};

test.each<[string, RequestItem]>([
  [
    'progress',
    {
      ...copying,
      work: {
        '1': {
          owner: 'worker',
          fence: 1,
          until: START,
          progress: { stage: 'blobs', doneBytes: 5, totalBytes: 9 },
        },
      },
    },
  ],
  ['a heartbeat', { ...copying, work: { '1': { owner: 'worker', fence: 1, until: START + 999 } } }],
  ['another attempt', withImage(copying, { attempt: 4 })],
  ['the mark of the tag', decided(copying, { ...heldBy('worker'), kind: 'tagging' })],
  ['the version and the time', { ...copying, version: 99, lastAt: START + 99 }],
  ['what the notifier notes', { ...copying, notifier: { ...copying.notifier, rev: 9 } }],
  ['when it is looked at next', { ...copying, dueAt: 1 }],
])('%s is no reason to edit the card', (_, changed) => {
  expect(cardHash(changed)).toBe(cardHash(copying));
});

test.each<[string, RequestItem]>([
  ['another approval', decided(item, approveBy(BOB))],
  ['another approver', withImage(item, { approvals: [{ by: BOB, at: START }] })],
  ['the end of the request', { ...item, state: 'finished' }],
  ['a scan that is waited for', withImage(item, { scan: 'waiting' })],
  ['findings', withImage(item, { findings: foundScan.findings })],
  ['a failure', withImage(item, { failure })],
  ['a next try', withImage(decided(item, approveBy(BOB)), { notBefore: START + 5 })],
  ['a denial', decided(item, { kind: 'deny', by: ALICE, images: ['1'] })],
  ['a cancel', decided(item, { kind: 'cancel', by: OTTO })],
])('%s is', (_, changed) => {
  expect(cardHash(changed)).not.toBe(cardHash(item));
});

test('each next try and each denial shows', () => {
  const queued = decided(item, approveBy(BOB));
  const one = withImage(queued, { notBefore: START + 5 });
  const two = withImage(queued, { notBefore: START + 6 });
  expect(new Set([queued, one, two].map(cardHash)).size).toBe(3);
});

test('every state of an image looks different', () => {
  const states: readonly ImageState[] = ['ready', 'queued', 'copying', 'pushed', 'held', ...END_STATES];
  expect(new Set(states.map((state) => cardHash(withImage(item, { state })))).size).toBe(states.length);
});
