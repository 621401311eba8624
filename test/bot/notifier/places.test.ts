import { describe, expect, test } from '@jest/globals';
import { grantedScopes } from '../../../local/slack/scopes.ts';
import { repliesOf, textOf } from '../../integration/person.ts';
import { onStage, type Stage } from '../stage.ts';
import { answer, api, called } from './slack-faults.ts';

const CHANNELS = {
  mirror: 'C01IMAGEREQ',
  general: 'C01GENERAL1',
  shop: 'C01SHOPPRIV',
  archived: 'C01ARCHIVED',
};

const refuse = async (stage: Stage): Promise<void> => {
  await stage.change();
  await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
};

describe('the card', () => {
  test('goes to the command’s channel, which the app joins', () =>
    onStage({ channel: CHANNELS.general }, async (stage) => {
      await stage.offer();
      await stage.notify();
      expect(await stage.cards(CHANNELS.general)).toHaveLength(1);
      expect(called(stage, 'conversations.join')).toBe(1);
    }));

  test.each([
    ['private, without the app', CHANNELS.shop],
    ['archived', CHANNELS.archived],
    ['the app’s own direct messages', 'D01ALICE001'],
  ])('goes to the configured channel where the command’s is %s', (_, channel) =>
    onStage({ channel }, async (stage) => {
      await stage.offer();
      await stage.notify();
      expect(await stage.cards(CHANNELS.mirror)).toHaveLength(1);
      expect((await stage.item()).notifier.card?.channel).toBe(CHANNELS.mirror);
      await stage.approve();
      await stage.notify();
      expect((await stage.cards(CHANNELS.mirror))[0]?.replies).toHaveLength(1);
    }),
  );

  test('does not go to the app’s direct messages, where nobody else would see it', () =>
    onStage({ channel: 'D01ALICE001', scopes: [...grantedScopes, 'im:read'] }, async (stage) => {
      stage.slack.change({ kind: 'dm_opened', user: stage.slack.people.requester });
      await stage.offer();
      await stage.notify();
      expect(await stage.cards(CHANNELS.mirror)).toHaveLength(1);
    }));

  test('goes to a private channel that the app was invited to', () =>
    onStage({ channel: CHANNELS.shop }, async (stage) => {
      stage.slack.change({ kind: 'joined', channel: CHANNELS.shop, user: stage.slack.botUser });
      await stage.offer();
      await stage.notify();
      expect(await stage.cards(CHANNELS.shop)).toHaveLength(1);
    }));

  test('goes to the configured channel where nobody may post into the command’s', () =>
    onStage({ channel: CHANNELS.general }, async (stage) => {
      await stage.offer();
      stage.slack.faults.add(answer('chat.postMessage', 'restricted_action_read_only_channel'));
      await stage.notify();
      expect(await stage.cards(CHANNELS.general)).toHaveLength(0);
      expect(await stage.cards(CHANNELS.mirror)).toHaveLength(1);
    }));

  test('that no channel takes: the requester is told who can help, and the lines follow there', () =>
    onStage({ channel: CHANNELS.shop }, async (stage) => {
      stage.slack.change({ kind: 'archived', channel: CHANNELS.mirror });
      await stage.offer();
      await stage.notify();
      const [told] = await stage.directs();
      expect(told?.text).toContain('cannot be shown to those who decide');
      const { card, unsaid } = (await stage.item()).notifier;
      expect(card).toBeUndefined();
      expect(unsaid).toEqual([{ key: `${stage.id}#0#0`, why: 'no channel takes the card' }]);
      await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
      await stage.notify();
      expect((await stage.directs()).map(textOf).at(-1)).toContain('Cancelled by');
      expect((await stage.item()).dueAt).toBeUndefined();
    }));
});

describe('a private answer', () => {
  test('is shown in the channel, to the requester alone', () =>
    onStage({}, async (stage) => {
      await refuse(stage);
      await stage.notify();
      const { ephemerals, messages } = await stage.transcript();
      expect(ephemerals.map(({ user }) => user)).toEqual([stage.slack.people.requester]);
      expect(messages).toEqual([]);
      expect((await stage.item()).dueAt).toBeUndefined();
    }));

  test.each([
    ['private, without the app', CHANNELS.shop],
    ['archived', CHANNELS.archived],
    ['the app’s own direct messages', 'D01ALICE001'],
  ])('is a direct message where the channel is %s', (_, channel) =>
    onStage({ channel }, async (stage) => {
      await refuse(stage);
      await stage.notify();
      expect(await stage.directs()).toHaveLength(1);
    }),
  );

  test('is a direct message where the requester has left the channel', () =>
    onStage({}, async (stage) => {
      await refuse(stage);
      stage.slack.change({ kind: 'left', channel: CHANNELS.mirror, user: stage.slack.people.requester });
      await stage.notify();
      expect(await stage.directs()).toHaveLength(1);
    }));

  test('that can be said nowhere is noted, and the story goes on', () =>
    onStage({ channel: CHANNELS.shop }, async (stage) => {
      await refuse(stage);
      stage.slack.change({ kind: 'deactivated', user: stage.slack.people.requester });
      await stage.notify();
      const item = await stage.item();
      expect(item.notifier.unsaid).toEqual([{ key: `${stage.id}#0#0`, why: 'user_disabled' }]);
      expect(item.dueAt).toBeUndefined();
    }));

  test('waits where Slack does not say whether the app is in the channel', () =>
    onStage({}, async (stage) => {
      await refuse(stage);
      stage.slack.faults.add({ kind: 'cut', match: api('conversations.info') });
      await stage.notify();
      expect(await stage.directs()).toHaveLength(0);
      expect((await stage.item()).notifier).toMatchObject({ notBefore: stage.now() + 5_000 });
      stage.pass(5_000);
      await stage.notify();
      expect((await stage.transcript()).ephemerals).toHaveLength(1);
    }));
});

describe('a reply', () => {
  test('goes to the requester where the channel was archived meanwhile', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      await stage.approve();
      stage.slack.change({ kind: 'archived', channel: CHANNELS.mirror });
      stage.pass(3_000);
      await stage.notify();
      const [line] = await stage.directs();
      expect(line && textOf(line)).toContain('Approved by');
      expect((await stage.cards())[0]?.replies).toHaveLength(0);
    }));

  test('that reached nobody is noted, and the next one is tried again in the thread', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      await stage.approve();
      stage.slack.faults.add({ ...answer('chat.postMessage', 'restricted_action'), times: 2 });
      await stage.notify();
      await stage.change({ kind: 'cancel', by: stage.slack.people.requester });
      await stage.notify();
      expect((await stage.item()).notifier.unsaid).toEqual([
        { key: `${stage.id}#1#0`, why: 'restricted_action' },
      ]);
      const [card] = await stage.cards();
      expect(card && repliesOf(card)).toEqual([expect.stringContaining('Cancelled by')]);
    }));
});

test('what a scope is missing for is not given up: it waits until somebody grants it', () =>
  onStage({ scopes: ['channels:read', 'channels:join'] }, async (stage) => {
    await stage.offer();
    await stage.notify();
    expect((await stage.item()).notifier).toMatchObject({ notBefore: stage.now() + 60_000 });
    expect((await stage.item()).notifier.unsaid).toBeUndefined();
  }));
