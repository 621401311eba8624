import { describe, expect, test } from '@jest/globals';
import { ruleFor } from '../../../core/config/rules.ts';
import { deprecatedImage } from '../../../worker/schedules/deprecated.ts';
import { oldEnough } from '../../../worker/schedules/old-enough.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { sampleDigest, sampleSource, sampleTarget, START } from '../../core/request/sample-request.ts';

const DAY = 86_400_000;
const NOW = START + 30 * DAY;
const config = sampleConfig({
  rules: [
    { name: 'trusted', match: { source: 'docker.io/library/*' }, decision: 'auto', minAgeDays: 3 },
    { name: 'rest' },
  ],
});
const [team] = config.teams;
if (!team) throw new Error('a team');

/** Digests by name, with how many days ago each was first seen. */
type Known = Readonly<Record<string, number>>;

const asked = (
  known: Known,
  { current, source = 'nginx:1.21-alpine' }: { current?: string; source?: string } = {},
) => {
  const digests = Object.entries(known).map(([name, days]) => ({
    digest: sampleDigest(name),
    since: NOW - days * DAY,
  }));
  const newest = digests.toSorted((a, b) => b.since - a.since)[0];
  if (!newest) throw new Error('nothing is known');
  const reference = sampleSource(source);
  return oldEnough(
    {
      config,
      clock: { now: () => NOW },
      store: {
        seen: {
          note: async () => ({ firstRequest: 'M-1', digestSince: newest.since }),
          digests: async () => digests,
        },
      },
    },
    {
      answer: ruleFor(config, { team, source: reference, target: sampleTarget(), configHash: 'c0ffee' }),
      sighting: { source: reference, digest: newest.digest, request: 'M-2', at: NOW },
      current: current === undefined ? undefined : { ...pins(current), request: 'M-1', copiedAt: START },
    },
  );
};
const pins = (name: string) => ({ sourceDigest: sampleDigest(name), targetDigest: sampleDigest(name) });
const isOld = (name: string) => ({ kind: 'old enough', digest: sampleDigest(name) });

describe('of a rule that lets in by itself', () => {
  test.each<[string, Known, string | undefined, object]>([
    ['a digest of four days is taken', { a: 4 }, undefined, isOld('a')],
    [
      'one of an hour waits until it is three days old',
      { a: 0.04 },
      undefined,
      { kind: 'young', until: NOW - 0.04 * DAY + 3 * DAY },
    ],
    ['before it the newest that is old enough is taken', { a: 20, b: 10, c: 1 }, 'a', isOld('b')],
    [
      'but none that is older than what stands there',
      { a: 20, b: 10, c: 1 },
      'b',
      { kind: 'young', until: NOW + 2 * DAY },
    ],
  ])('%s', async (_name, known, current, age) => {
    expect(await asked(known, current === undefined ? {} : { current })).toEqual(age);
  });
});

test('what people decide is as old as it is', async () => {
  expect(await asked({ a: 0 }, { source: 'ghcr.io/acme/app:1' })).toEqual(isOld('a'));
});

test.each([
  ['openjdk:8', 'eclipse-temurin'],
  ['bitnami/redis:7', 'docker.io/bitnamilegacy'],
  ['k8s.gcr.io/pause:3.9', 'registry.k8s.io'],
  ['k8s.gcr.io/ingress-nginx/controller:v1', 'registry.k8s.io'],
  ['nginx:1.27', undefined],
  ['acme/openjdk:8', undefined],
  ['bitnamilegacy/redis:7', undefined],
])('%s is followed by %s', (source, instead) => {
  expect(deprecatedImage(sampleSource(source))?.instead).toBe(instead);
});
