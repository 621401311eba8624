import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { renderCard } from '../../../bot/messages/card.ts';
import { renderClickRefusal } from '../../../bot/messages/clicks.ts';
import { renderHelp } from '../../../bot/messages/help.ts';
import { lookingUp, refusal, renderPrivate } from '../../../bot/messages/private.ts';
import { renderReply } from '../../../bot/messages/thread.ts';
import { checkView } from '../../../local/slack/block-kit/view.ts';
import { renderDenyReason } from '../../../bot/views/deny-reason.ts';
import type { EventBody } from '../../../core/request/event.ts';
import type { Failure } from '../../../core/request/failure.ts';
import { END_STATES, type Image } from '../../../core/request/request.ts';
import {
  DIGEST,
  REPOSITORY_URI,
  sampleEntry,
  sampleImage,
  sampleItem,
  sampleResult,
  START,
  withEvents,
} from '../sample.ts';
import { expectSayable, textObjects } from './checked.ts';

/** What people and registries might send to get a ping, a link, a broken block or a hidden character. */
const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<!here|here>',
    '<@U01BOB00001>',
    '<#C01IMAGEREQ>',
    '<https://evil.example|nginx>',
    'https://evil.example/?a=<b>&c',
    '```\n# not code',
    '`',
    '*bold* _it_ ~no~',
    '&lt;!channel&gt;',
    'nginx\n● waiting for nobody',
    'a\u202eb\u200bc\ufeff',
    '\u0000\u0007',
    '',
    ' ',
    '”',
    '👩‍👩‍👧‍👦'.repeat(40),
    'x'.repeat(5_000),
    '<'.repeat(3_100),
    '`'.repeat(4_000),
    '&'.repeat(3_000),
    '\n'.repeat(3_100),
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.constantFrom('<', '>', '&', '`', '!', '@', 'x', '\n', '|', '*'), { maxLength: 80 })
    .map((l) => l.join('')),
);

const failure: fc.Arbitrary<Failure> = fc.record({
  code: fc.constant('internal' as const),
  summary: hostile,
  hint: hostile,
  command: hostile,
  retry: fc.boolean(),
});

const image: fc.Arbitrary<Image> = fc
  .record({
    state: fc.constantFrom('ready', 'queued', 'copying', 'pushed', 'held', ...END_STATES),
    scan: fc.constantFrom('none', 'waiting', 'found', 'unavailable'),
    failure,
    name: hostile,
    rule: hostile,
    people: fc.array(hostile, { maxLength: 40 }),
    note: hostile,
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
  .map(({ name, people, note, top, rule, ...rest }): Image => {
    const { source, target } = sampleEntry();
    return sampleImage({
      ...rest,
      source: { ...source, registry: name, repository: name, tag: name },
      target: { ...target, tag: name, destination: name },
      repositoryUri: `${REPOSITORY_URI}${name}`,
      notBefore: START,
      rule: {
        name: rule,
        decision: 'approve',
        approvals: 2,
        selfApproval: false,
        approvers: { users: people, userGroups: people },
        configHash: 'c',
      },
      approvals: people.slice(0, 3).map((by) => ({ by, at: START })),
      record: { request: name, copiedAt: START },
      result: sampleResult,
      scanNote: note,
      findings: {
        counts: { CRITICAL: top.length },
        top,
        total: 900,
        platforms: people.slice(0, 6),
        missing: [{ platform: name, why: note }],
      },
    });
  });

const event: fc.Arbitrary<EventBody> = fc.oneof(
  fc.constantFrom<EventBody>(
    { type: 'offered', images: ['1'] },
    { type: 'refused', images: ['1'] },
    { type: 'unchanged', images: ['1'] },
    { type: 'expired', images: ['1'] },
    { type: 'copied', images: ['1'], digest: DIGEST, as: 'copied' },
    { type: 'failed', images: ['1'], code: 'x' },
    { type: 'scanned', images: ['1'], as: 'found' },
    { type: 'finished' },
  ),
  fc.record({
    type: fc.constant('denied' as const),
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

describe('foreign text, whatever it is, pings nobody, links nowhere and breaks nothing', () => {
  test('in cards, replies, private answers and refused clicks', () => {
    fc.assert(
      fc.property(image, event, hostile, (some, body, text) => {
        const item = withEvents(sampleItem(some, { reason: text, requester: text }), body);
        expectSayable(renderCard(item));
        expectSayable(renderClickRefusal({ kind: 'decided', item }));
        expectSayable(renderClickRefusal({ kind: 'not an approver', image: some }));
        expectSayable(renderClickRefusal({ kind: 'own request', image: some }));
        for (const each of item.events) {
          expectSayable(renderReply(each, item));
          expectSayable(renderPrivate(each, item));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('in answers to a command and in the dialog', () => {
    fc.assert(
      fc.property(failure, hostile, hostile, (some, text, other) => {
        expectSayable(refusal([some, some]));
        const { source } = sampleEntry();
        expectSayable(lookingUp({ ...source, registry: text, repository: other }, 'M-7F3K'));
        const team = { id: text, channels: [], prefixes: [other], approvers: { users: [], userGroups: [] } };
        expectSayable(renderHelp(team));
        expectSayable(renderHelp(team, text));
        expect(checkView(renderDenyReason('M-7F3K', text))).toMatchObject({ kind: 'valid' });
      }),
      { numRuns: 300 },
    );
  });

  test('a name cannot make a line of its own that looks like ours', () => {
    const name = 'nginx\n✓ in ECR';
    const { source } = sampleEntry();
    const card = renderCard(sampleItem({ source: { ...source, registry: 'r.example', tag: name } }));
    const lines = textObjects(card).flatMap(({ text }) => text.split('\n'));
    expect(lines.filter((line) => line.startsWith('✓'))).toEqual([]);
  });
});
