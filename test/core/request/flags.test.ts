import { expect, test } from '@jest/globals';
import { type FlagQuestion, flagsOf, isMoving } from '../../../core/request/flags.ts';
import { sampleDigest, sampleSource } from './sample-request.ts';

const NOW = Date.UTC(2026, 0, 5);
const DAY = 86_400_000;
const limits = { largeMB: 1_000, oldDays: 365 };
const platform = { os: 'linux', architecture: 'amd64' };

function ask(source: string, sizeBytes: number, createdAt: number | undefined, newSource = false) {
  const question: FlagQuestion = {
    source: sampleSource(source),
    facts: {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      platforms: [{ platform, digest: sampleDigest('a'), sizeBytes }],
      attestations: 0,
      sizeBytes: sizeBytes * 2,
      ...(createdAt !== undefined && { createdAt }),
    },
    newSource,
    now: NOW,
  };
  return flagsOf(question, limits);
}

test.each<[string, ReturnType<typeof ask>, readonly string[]]>([
  ['a young official image with a version', ask('nginx:1.27', 1e6, NOW - DAY), []],
  ['latest', ask('nginx', 1e6, NOW - DAY), ['moving tag']],
  ['a publisher of their own', ask('acme/nginx:1', 1e6, NOW - DAY), ['not official']],
  ['another registry has no official images', ask('ghcr.io/acme/nginx:1', 1e6, NOW - DAY), []],
  ['nobody had asked for it', ask('nginx:1', 1e6, NOW - DAY, true), ['new source']],
  ['a platform of exactly the size', ask('nginx:1', 1e9, NOW - DAY), ['very large']],
  ['one byte less', ask('nginx:1', 1e9 - 1, NOW - DAY), []],
  ['exactly a year old', ask('nginx:1', 1e6, NOW - 365 * DAY), ['very old']],
  ['a minute younger', ask('nginx:1', 1e6, NOW - 365 * DAY + 60_000), []],
  ['no date', ask('nginx:1', 1e6, undefined), ['unknown age']],
  [
    'all of it, in the order of the card',
    ask('acme/nginx:stable', 2e9, 1, true),
    ['moving tag', 'new source', 'not official', 'very large', 'very old'],
  ],
])('%s', (_, flags, expected) => {
  expect(flags).toEqual(expected);
});

test.each<[string, boolean]>([
  ['nginx:latest', true],
  ['nginx:stable-alpine', true],
  ['nginx:1', false],
  ['nginx:1.21-alpine', false],
  ['debian:bookworm', true],
  [`nginx@${sampleDigest('x')}`, false],
])('%s moves: %s', (text, moves) => {
  expect(isMoving(sampleSource(text))).toBe(moves);
});
