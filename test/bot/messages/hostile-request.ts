import type { EventBody } from '../../../core/request/event.ts';
import type { Failure } from '../../../core/request/failure.ts';
import { END_STATES, type Image } from '../../../core/request/image.ts';
import fc from '../../properties.ts';
import { DIGEST, REPOSITORY_URI, sampleEntry, sampleImage, sampleResult, START } from '../sample.ts';
import { hostile } from './hostile-text.ts';

export const failure: fc.Arbitrary<Failure> = fc.record({
  code: fc.constant('internal' as const),
  summary: hostile,
  hint: hostile,
  command: hostile,
  retry: fc.boolean(),
});

export const image: fc.Arbitrary<Image> = fc
  .record({
    state: fc.constantFrom('ready', 'queued', 'copying', 'pushed', 'held', ...END_STATES),
    scan: fc.constantFrom('none', 'waiting', 'found', 'unavailable'),
    failure,
    name: hostile,
    rule: hostile,
    people: fc.array(hostile, { maxLength: 40 }),
    note: hostile,
    matched: hostile,
    reviewReason: hostile,
    before: hostile,
    night: fc.boolean(),
    top: fc.array(
      fc.record({
        id: hostile,
        severity: fc.constantFrom('CRITICAL', 'UNTRIAGED'),
        package: hostile,
        version: hostile,
        fixedIn: hostile,
      }),
      { maxLength: 5 },
    ),
  })
  .map(({ before, matched, name, night, people, note, reviewReason, top, rule, ...rest }): Image => {
    const { source, target } = sampleEntry();
    return sampleImage({
      ...rest,
      source: { ...source, registry: name, repository: name, tag: name },
      target: { ...target, tag: name, destination: name },
      repositoryUri: `${REPOSITORY_URI}${name}`,
      notBefore: START,
      rule: {
        name: rule,
        matched,
        decision: 'approve',
        approvals: 2,
        escalateTo: { users: people, userGroups: people },
        breakGlass: { users: people, userGroups: [] },
        selfApproval: false,
        approvers: { users: people, userGroups: people },
        gate: {
          severity: 'HIGH',
          onlyFixable: true,
          unrated: 'hold',
          unavailable: 'hold',
          expiresAfterMs: 1,
          releasers: { users: people, userGroups: people },
        },
        configHash: 'c',
      },
      approvals: people
        .slice(0, 3)
        .map((by) => ({ by, at: START, arn: note, group: { id: by, changedAt: START, changedBy: by } })),
      review: { by: rule, at: START, reason: reviewReason },
      reminders: night ? [{ as: 'morning', at: START }] : [{ as: 'escalation', at: START, saidAt: START }],
      flags: ['moving tag', 'new source', 'very large', 'very old', 'not official', 'unknown age'],
      before: {
        request: before,
        tag: before,
        digest: DIGEST,
        copiedAt: START,
        sizeBytes: 1,
        platforms: people.slice(0, 5),
        counts: { HIGH: 3 },
      },
      teamPlatforms: ['linux/amd64'],
      gate: {
        verdict: 'held',
        at: START,
        holding: { counts: { CRITICAL: top.length }, total: 900, top },
        unscanned: [{ platform: name, why: note }],
        excepted: people.slice(0, 10),
      },
      released: { by: rule, at: START, reason: note },
      record: { request: name, copiedAt: START },
      result: sampleResult,
      scanNote: note,
      findings: {
        counts: { CRITICAL: top.length },
        top,
        total: 900,
        platforms: people.slice(0, 6),
        byPlatform: people.slice(0, 9).map((platform) => ({ platform, counts: { HIGH: 1 } })),
        missing: [{ platform: name, why: note }],
      },
    });
  });

export const event: fc.Arbitrary<EventBody> = fc.oneof(
  fc.constantFrom<EventBody>(
    { type: 'offered', images: ['1'] },
    { type: 'refused', images: ['1'] },
    { type: 'unchanged', images: ['1'] },
    { type: 'expired', images: ['1'] },
    { type: 'copied', images: ['1'], digest: DIGEST, as: 'copied' },
    { type: 'failed', images: ['1'], code: 'x' },
    { type: 'scanned', images: ['1'], as: 'found' },
    { type: 'scanned', images: ['1'], as: 'found', gate: 'passed' },
    { type: 'pushed', images: ['1'], digest: DIGEST },
    { type: 'held', images: ['1'] },
    { type: 'finished' },
    { type: 'reminded', as: 'morning', images: ['1'] },
    { type: 'reminded', as: 'escalation', images: ['1'] },
    { type: 'reminded', as: 'review', images: ['1'] },
  ),
  fc.record({
    type: fc.constant('asked' as const),
    by: hostile,
    images: fc.constant(['1']),
    question: hostile,
  }),
  fc.record({
    type: fc.constant('brokeGlass' as const),
    by: hostile,
    images: fc.constant(['1']),
    digests: fc.constant([DIGEST]),
    configHash: fc.constant('c'),
    reason: hostile,
  }),
  fc.record({ type: fc.constant('reviewed' as const), by: hostile, images: fc.constant(['1']) }),
  fc.record({
    type: fc.constant('denied' as const),
    by: hostile,
    images: fc.constant(['1']),
    reason: hostile,
  }),
  fc.record({
    type: fc.constant('released' as const),
    by: hostile,
    images: fc.constant(['1']),
    digests: fc.constant([]),
    reason: hostile,
    configHash: fc.constant('c'),
  }),
  fc.record({
    type: fc.constant('left' as const),
    by: hostile,
    images: fc.constant(['1']),
    reason: hostile,
  }),
  fc.record({ type: fc.constant('retried' as const), by: hostile, images: fc.constant(['1']) }),
  fc.record({
    type: fc.constant('cancelled' as const),
    by: hostile,
    images: fc.constant(['1']),
    offered: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('delayed' as const),
    images: fc.constant(['1']),
    code: hostile,
    summary: hostile,
    until: fc.constant(START),
  }),
  fc.record({
    type: fc.constant('approved' as const),
    by: hostile,
    images: fc.constant(['1']),
    digests: fc.constant([DIGEST]),
    configHash: fc.constant('c'),
  }),
);
