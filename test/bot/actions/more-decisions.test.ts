import { describe, expect, test } from '@jest/globals';
import { placer } from '../../../bot/notifier/place.ts';
import type { RecordedRule } from '../../../core/request/recorded-rule.ts';
import type { Image } from '../../../core/request/image.ts';
import { localClient } from '../../../local/slack/local-client.ts';
import { type Person, person, repliesOf, seen, textOf, theWhisper } from '../../integration/person.ts';
import { type BoltStage, onBolt } from '../bolt-stage.ts';
import { answer } from '../notifier/slack-faults.ts';
import { sampleImage } from '../sample.ts';

/** What a rule with all its people records. */
const ruled = (over: Partial<RecordedRule> = {}): Partial<Image> => {
  const { rule } = sampleImage();
  return rule ? { rule: { ...rule, ...over } } : {};
};
const CAROL = 'U01CAROL001';

async function card(stage: BoltStage, over: Partial<Image> = {}) {
  await stage.offer(over);
  await stage.notify();
  return shown(stage);
}
async function shown(stage: BoltStage) {
  const [posted] = await stage.cards();
  if (!posted) throw new Error('no card');
  return posted;
}
/** The card once the notifier has said all there is. */
async function told(stage: BoltStage) {
  stage.pass(60_000);
  await stage.notify();
  return shown(stage);
}
const dialog = (stage: BoltStage, who: Person) => seen(stage.slack, async () => (await who.views()).at(-1));
const line = (stage: BoltStage, who: Person, says: string) => theWhisper(stage.slack, who, says);
const imageOf = async (stage: BoltStage) => (await stage.item()).images['1'];
const choose = (stage: BoltStage, who: Person, ts: string, choice: 'cancel' | 'glass') =>
  who.forge({ ts }, 'more', `${choice} ${stage.id}`);

describe('a question', () => {
  test('of an approver pings the requester in the thread, decides nothing, and the card says so', () =>
    onBolt({}, async (stage) => {
      const { ts } = await card(stage);
      await stage.bob.click({ ts }, 'ask_question');
      const form = await dialog(stage, stage.bob);
      expect(textOf({ text: '', blocks: form.blocks })).toContain(
        'What do you want to know about nginx:1.21-alpine?',
      );
      const empty = await stage.bob.submit(form.id, { question: '  ' });
      expect(Object.values(empty.errors ?? {})).toEqual(['A question is needed.']);
      await stage.bob.submit(form.id, { question: 'Why not <!channel> 1.27?' });
      const after = await told(stage);
      expect(repliesOf(after)).toEqual([
        '<@U01BOB00001> asks <@U01ALICE001>:\nWhy not <!channel> 1.27?\nAnswer here in the thread. Nothing is decided until then.',
      ]);
      expect(textOf(after)).toContain('<@U01BOB00001> has asked something in the thread');
      expect(await imageOf(stage)).toMatchObject({ state: 'ready', approvals: [] });
    }));

  test('of the requester or an outsider is none, and says who it is for', () =>
    onBolt({}, async (stage) => {
      const { approver, requester } = stage.slack.people;
      stage.slack.change({ kind: 'group_changed', group: 'S01PLATFORM', users: [requester, approver] });
      const { ts } = await card(stage);
      await stage.alice.click({ ts }, 'ask_question');
      await line(stage, stage.alice, 'there is nobody else to ask');
      await stage.dave.click({ ts }, 'ask_question');
      await line(stage, stage.dave, 'Only <!subteam^S01PLATFORM> can decide this');
      expect((await stage.item()).events).toHaveLength(1);
    }));

  test('that is sent after the decision reads in its dialog that it is decided', () =>
    onBolt({}, async (stage) => {
      const { ts } = await card(stage);
      await stage.bob.click({ ts }, 'ask_question');
      const form = await dialog(stage, stage.bob);
      await stage.approve();
      await stage.bob.submit(form.id, { question: 'Still?' });
      const late = await seen(stage.slack, async () =>
        (await stage.bob.views()).find(({ title }) => title === 'Nothing was changed'),
      );
      expect(textOf({ text: '', blocks: late.blocks })).toContain('approved this');
    }));
});

describe('two approvals', () => {
  test('are counted on the card by name; the second one starts it, and one denial ends it', () =>
    onBolt({}, async (stage) => {
      const { ts } = await card(stage, ruled({ approvals: 2 }));
      expect(textOf(await shown(stage))).toContain('0 of 2 approvals');
      await stage.bob.click({ ts }, 'approve');
      const one = await told(stage);
      expect(textOf(one)).toContain('1 of 2 approvals, by <@U01BOB00001>');
      expect(repliesOf(one)).toEqual(['Approved by <@U01BOB00001>: 1 of 2.']);
      await stage.bob.click({ ts }, 'approve');
      await line(stage, stage.bob, "It needs another person's approval too");
      await person(stage.slack, CAROL).click({ ts }, 'approve');
      const two = await told(stage);
      expect(repliesOf(two).at(-1)).toBe('Approved by <@U01CAROL001>: 2 of 2.\nFor <@U01ALICE001>');
      expect(textOf(two)).toContain('Approved by <@U01BOB00001>, <@U01CAROL001>');
      expect((await imageOf(stage))?.state).toBe('queued');
    }));

  test('by a group that was changed within a day: the card names it and who changed it', () =>
    onBolt({}, async (stage) => {
      const { ts } = await card(stage);
      const at = stage.now() / 1000 - 3_600;
      const { approver, outsider } = stage.slack.people;
      stage.slack.change({
        kind: 'group_changed',
        group: 'S01PLATFORM',
        users: [approver],
        at,
        by: outsider,
      });
      await stage.bob.click({ ts }, 'approve');
      const changed = { id: 'S01PLATFORM', changedAt: at * 1000, changedBy: outsider };
      expect((await imageOf(stage))?.approvals).toMatchObject([{ by: approver, group: changed }]);
      expect(textOf(await told(stage))).toMatch(
        /⚠ <!subteam\^S01PLATFORM> was changed <!date.*> by <@U01DAVE0001>/,
      );
    }));
});

describe('Cancel on the card', () => {
  test('is the requester’s: the thread says so, and nobody else may', () =>
    onBolt({}, async (stage) => {
      const { ts } = await card(stage);
      await choose(stage, stage.dave, ts, 'cancel');
      await line(stage, stage.dave, 'Nothing was changed');
      expect((await imageOf(stage))?.state).toBe('ready');
      await choose(stage, stage.alice, ts, 'cancel');
      expect((await imageOf(stage))?.state).toBe('cancelled');
      expect(repliesOf(await told(stage))[0]).toBe('Cancelled by <@U01ALICE001>. Nothing is tagged.');
    }));

  test('with a choice that the menu never had leads nowhere', () =>
    onBolt({}, async (stage) => {
      const { ts } = await card(stage);
      const people = localClient(stage.slack.url);
      const { requester: user } = stage.slack.people;
      const channel = stage.slack.channels.mirror;
      for (const value of ['cancel M-ZZZZ', 'glass', 'delete M-7F3K', '']) {
        const answer = await people
          .click({ user, channel, ts, action_id: 'more', value })
          .catch(() => undefined);
        expect(answer?.ok ?? false).toBe(false);
      }
      expect((await imageOf(stage))?.state).toBe('ready');
    }));
});

describe('break-glass', () => {
  const list = ruled({ approvals: 2, breakGlass: { users: [CAROL, 'U01ALICE001'], userGroups: [] } });
  const reason = 'the registry is down, INC-4711';

  test('asks for a reason, copies on one name, is told in the ops channel, and owes a review', () =>
    onBolt({}, async (stage) => {
      const { general } = stage.slack.channels;
      const placeOf = placer(stage.deps.slack, stage.slack.channels.mirror, general);
      const { ts } = await card(stage, list);
      const carol = person(stage.slack, CAROL);
      await choose(stage, carol, ts, 'glass');
      const form = await dialog(stage, carol);
      const short = await carol.submit(form.id, { glass_reason: 'now' });
      expect(Object.values(short.errors ?? {})).toEqual([
        'A reason is needed that a second person can judge later.',
      ]);
      await carol.submit(form.id, { glass_reason: reason });
      expect(await imageOf(stage)).toMatchObject({
        state: 'queued',
        approvals: [{ by: CAROL, glass: true }],
        review: { by: CAROL, reason },
      });
      stage.pass(60_000);
      await stage.notify({ placeOf });
      const [ops] = await stage.cards(general);
      expect(textOf(ops ?? { text: '', blocks: [] })).toContain(`⚠ <@${CAROL}> broke the glass`);
      expect(textOf(ops ?? { text: '', blocks: [] })).toContain(reason);
      expect(textOf(await shown(stage))).toContain('⚠ review owed: the glass was broken');
      expect(stage.workRings).toContain(stage.id);

      await carol.click({ ts }, 'confirm_review');
      await line(stage, carol, 'a second person looks at it');
      await stage.alice.click({ ts }, 'confirm_review');
      await line(stage, stage.alice, 'Only <!subteam^S01PLATFORM>');
      await stage.bob.click({ ts }, 'confirm_review');
      stage.pass(60_000);
      await stage.notify({ placeOf });
      expect(textOf(await shown(stage))).toContain('✓ reviewed by <@U01BOB00001>');
      expect(await stage.cards(general)).toHaveLength(2);
      await stage.bob.click({ ts: (await shown(stage)).replies[0]?.ts ?? ts }, 'confirm_review');
      await line(stage, stage.bob, 'There is nothing more to confirm');
    }));

  test('is only for who is on the list of the rule', () =>
    onBolt({}, async (stage) => {
      const { ts } = await card(stage, list);
      await choose(stage, stage.bob, ts, 'glass');
      await line(stage, stage.bob, `Only <@${CAROL}>, <@U01ALICE001> can break the glass (rule base-images)`);
      expect((await imageOf(stage))?.state).toBe('ready');
      expect(await stage.bob.views()).toEqual([]);
    }));

  test('is not offered where the rule has no list', () =>
    onBolt({}, async (stage) => {
      expect(JSON.stringify((await card(stage)).blocks)).not.toContain('glass');
    }));
});

describe('Ask for it, once more', () => {
  test('makes a new request of what expired, of whoever clicks', () =>
    onBolt({}, async (stage) => {
      await card(stage);
      stage.pass(8 * 86_400_000);
      await stage.change({ kind: 'expire' });
      const { replies } = await told(stage);
      const before = stage.workRings.length;
      await stage.dave.click({ ts: replies[0]?.ts ?? '' }, 'ask_again');
      await line(stage, stage.dave, 'Looking up');
      const [id] = stage.workRings.slice(before);
      const again = await stage.requests.get(id ?? '');
      expect(again).toMatchObject({ state: 'resolving', requester: 'U01DAVE0001' });
      expect(again?.id).not.toBe(stage.id);
      expect(again?.entries['1']?.source).toEqual((await stage.item()).entries['1']?.source);
    }));
});

describe('Ask for it, while Slack does not say who somebody is', () => {
  test('changes nothing and says so', () =>
    onBolt({}, async (stage) => {
      await card(stage);
      stage.pass(8 * 86_400_000);
      await stage.change({ kind: 'expire' });
      const { replies } = await told(stage);
      const before = stage.workRings.length;
      stage.slack.faults.add(answer('users.info', 'fatal_error'));
      await stage.dave.click({ ts: replies[0]?.ts ?? '' }, 'ask_again');
      await line(stage, stage.dave, 'Slack did not say whether you may decide this, so nothing was changed');
      expect(stage.workRings.slice(before)).toEqual([]);
    }));
});

describe('what nobody knows', () => {
  test('is told to those who run the mirror, once however many clicks meet it', () =>
    onBolt({ opsChannel: 'C01GENERAL1' }, async (stage) => {
      await stage.deps.slack.enter('C01GENERAL1');
      const { ts } = await card(stage);
      stage.slack.faults.add({
        kind: 'status',
        status: 503,
        times: 50,
        match: ({ url }) => url?.includes('usergroups.users.list') ?? false,
      });
      for (let n = 0; n < 3; n += 1) await stage.bob.click({ ts }, 'approve');
      await line(stage, stage.bob, 'Slack did not say whether you may decide this');
      const lines = await seen(stage.slack, async () => {
        const all = await stage.cards('C01GENERAL1');
        return all.length > 0 ? all : undefined;
      });
      expect(lines.map(({ text }) => text)).toEqual([
        expect.stringContaining('Slack does not say who is in some group of approvers (`S01PLATFORM`)'),
      ]);
      expect((await imageOf(stage))?.state).toBe('ready');
    }));
});
