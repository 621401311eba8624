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
import type { RequestItem } from '../../../core/request/request.ts';
import { sampleEntry, sampleItem, START, withEvents } from '../sample.ts';
import { expectSayable, textObjects } from './checked.ts';
import { event, failure, image } from './hostile-request.ts';
import { hostile, RUNS, STRINGS, stringsMade, TIMEOUT_MS } from './hostile-text.ts';

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
    expect(stringsMade()).toBeGreaterThanOrEqual(STRINGS);
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
