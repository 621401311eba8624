import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { renderCard } from '../../../bot/messages/card.ts';
import { renderClickRefusal } from '../../../bot/messages/clicks.ts';
import { renderHome } from '../../../bot/home/render-home.ts';
import { renderAsked } from '../../../bot/messages/asked.ts';
import { renderCancelAnswer } from '../../../bot/messages/cancelled.ts';
import { mrkdwn } from '../../../bot/messages/mrkdwn.ts';
import { renderRequestDetails } from '../../../bot/messages/request-details.ts';
import { renderRequestList } from '../../../bot/messages/request-list.ts';
import { linksAt } from '../../../bot/slack/links.ts';
import { renderHelp, renderWrong } from '../../../bot/messages/help.ts';
import { lookingUp, refusal, renderPrivate } from '../../../bot/messages/private.ts';
import { renderDirect } from '../../../bot/messages/direct.ts';
import { withRequester } from '../../../bot/messages/for-requester.ts';
import { renderOps } from '../../../bot/messages/ops.ts';
import { renderReply } from '../../../bot/messages/thread.ts';
import { renderGlassForm } from '../../../bot/views/glass-form.ts';
import { renderQuestionForm } from '../../../bot/views/question-form.ts';
import { checkHome, checkView } from '../../../local/slack/block-kit/view.ts';
import { renderDenyReason } from '../../../bot/views/deny-reason.ts';
import { renderGateDecision } from '../../../bot/views/gate-decision.ts';
import type { EventBody } from '../../../core/request/event.ts';
import type { Failure } from '../../../core/request/failure.ts';
import { END_STATES, type Image } from '../../../core/request/image.ts';
import type { RequestItem } from '../../../core/request/request.ts';
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

/** Any code point but half of a pair; fast-check's own `binary` maps all of them first, which takes longer than the test. */
const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));

/** What people and registries might send to get a ping, a link, a broken block or a hidden character. */
const hostileText: fc.Arbitrary<string> = fc.oneof(
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
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc
    .array(fc.constantFrom('<', '>', '&', '`', '!', '@', 'x', '\n', '|', '*'), { maxLength: 80 })
    .map((l) => l.join('')),
);

/** So many in all, over all renderers; the long run asks for a million. */
const STRINGS = Number(process.env['HOSTILE_STRINGS'] ?? 20_000);
let strings = 0;
const hostile = hostileText.map((text) => {
  strings += 1;
  return text;
});
/** A million take an hour on a busy machine. */
const TIMEOUT_MS = STRINGS > 100_000 ? 3_600_000 : 60_000;
/** A run of either property makes more than so many of them. */
const RUNS = Math.ceil(STRINGS / 28);

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

const event: fc.Arbitrary<EventBody> = fc.oneof(
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

describe('foreign text, whatever it is, pings nobody, links nowhere and breaks nothing', () => {
  test(
    'in cards, replies, private answers and refused clicks',
    () => {
      fc.assert(
        fc.property(image, event, hostile, (some, body, text) => {
          const item = withEvents(sampleItem(some, { reason: text, requester: text }), body);
          expectSayable(renderCard(item));
          const linked = { ...item, notifier: { ...item.notifier, card: { channel: 'C1', ts: '1.2' } } };
          const list = { head: text, items: [linked, item], empty: text, notes: [text], links: LINKS };
          expectSayable(renderRequestList(list));
          expectSayable(renderRequestDetails(linked, { links: LINKS, mayCancel: true }));
          expectSayable(renderCancelAnswer({ kind: 'too late', item: linked }));
          expectSayable(renderAsked(item, { paused: false, where: mrkdwn`here` }));
          expectHome(linked);
          expectSayable(renderClickRefusal({ kind: 'decided', item }));
          expectSayable(renderClickRefusal({ kind: 'not an approver', image: some }));
          expectSayable(renderClickRefusal({ kind: 'own request', image: some }));
          expectSayable(renderClickRefusal({ kind: 'not on the glass list', image: some }));
          expectSayable(renderClickRefusal({ kind: 'own review', image: some }));
          expectSayable(renderClickRefusal({ kind: 'not opened', button: text }));
          expectSayable(renderClickRefusal({ kind: 'not a releaser', image: some }));
          expectSayable(renderClickRefusal({ kind: 'own held', image: some }));
          expectSayable(renderClickRefusal({ kind: 'not held', item, image: some }));
          for (const choice of ['release', 'leave'] as const) {
            const dialog = renderGateDecision({ choice, image: some, carries: 'M-7F3K 1' });
            expect(checkView(dialog).kind).toBe('valid');
          }
          for (const each of item.events) {
            expectSayable(renderReply(each, item));
            expectSayable(renderPrivate(each, item));
            expectSayable(renderOps(each, item));
            expectSayable(renderDirect(each, item, text));
            expectSayable(withRequester(renderReply(each, item), each, item));
          }
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  test(
    'in answers to a command and in the dialog',
    () => {
      fc.assert(
        fc.property(failure, hostile, hostile, (some, text, other) => {
          expectSayable(refusal([some, some]));
          const { source } = sampleEntry();
          expectSayable(lookingUp({ ...source, registry: text, repository: other }, 'M-7F3K'));
          const team = {
            id: text,
            channels: [],
            prefixes: [other],
            platforms: [],
            approvers: { users: [], userGroups: [] },
          };
          expectSayable(renderHelp(team));
          expectSayable(renderWrong({ problem: text, meant: text }));
          for (const form of [renderDenyReason, renderQuestionForm, renderGlassForm]) {
            expect(checkView(form('M-7F3K', text))).toMatchObject({ kind: 'valid' });
          }
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  test('they were as many as they were meant to be', () => {
    expect(strings).toBeGreaterThanOrEqual(STRINGS);
  });

  test('a name cannot make a line of its own that looks like ours', () => {
    const name = 'nginx\n✓ in ECR';
    const { source } = sampleEntry();
    const card = renderCard(sampleItem({ source: { ...source, registry: 'r.example', tag: name } }));
    const lines = textObjects(card).flatMap(({ text }) => text.split('\n'));
    expect(lines.filter((line) => line.startsWith('✓'))).toEqual([]);
  });
});

const LINKS = linksAt('https://acme.slack.com/');

/** The Home tab is a view: its blocks are held to the same as a message's. */
function expectHome(item: RequestItem): void {
  const shown = { items: [item], more: 0, atLeast: false };
  const none = { items: [], more: 0, atLeast: false };
  const view = renderHome(
    {
      user: 'U01ALICE001',
      at: START,
      waiting: shown,
      groupsUnknown: false,
      open: none,
      results: none,
      rules: [],
      teams: [],
      paused: false,
    },
    LINKS,
  );
  expect(checkHome(view).kind).toBe('valid');
  expectSayable({ text: 'Home', blocks: view.blocks });
}
