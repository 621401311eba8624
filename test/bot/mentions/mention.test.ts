import { describe, expect, test } from '@jest/globals';
import { mentionText } from '../../../bot/mentions/mention-text.ts';
import { seen, textOf } from '../../integration/person.ts';
import { onBolt } from '../bolt-stage.ts';
import { api, called } from '../notifier/slack-faults.ts';

describe('what is said to the app', () => {
  test.each([
    ['<@U01MIRROR01> mirror nginx:1.21', 'nginx:1.21'],
    ['<@U01MIRROR01> nginx:1.21', 'nginx:1.21'],
    ['<@U01MIRROR01>: /mirror nginx:1.21', 'nginx:1.21'],
    ['please <@U01MIRROR01|mirror> mirror nginx:1.21', 'nginx:1.21'],
    ['<@U01MIRROR01> status M-7F3K', 'status M-7F3K'],
    ['<@U01MIRROR01> mirror', ''],
    ['<@U01MIRROR01>', ''],
    ['<@U01MIRROR01> mirrored/app:1', 'mirrored/app:1'],
    ['nginx:1.21', 'nginx:1.21'],
  ])('%j is %j', (text, meant) => {
    expect(mentionText(text, 'U01MIRROR01')).toBe(meant);
  });
});

describe('@mirror', () => {
  test('in a thread asks for an image and answers in the thread', () =>
    onBolt({}, async (stage) => {
      const { alice, bot, slack, workRings } = stage;
      slack.change({ kind: 'joined', channel: slack.channels.mirror, user: slack.botUser });
      const { ts: thread = '' } = await alice.say('what do we need?');
      expect(await alice.command('/mirror nginx:1', slack.channels.mirror)).toMatchObject({ ok: true });
      expect(await alice.say('/mirror nginx:1', { thread })).toMatchObject({ error: 'not_in_threads' });
      await alice.say('@mirror mirror docker.io/library/redis:7 base-images/redis', { thread });
      const said = await seen(slack, async () =>
        (await stage.transcript()).ephemerals.find(({ text }) => text.includes('redis')),
      );
      expect(said).toMatchObject({ user: slack.people.requester, thread_ts: thread });
      expect(await bot.requests.get(workRings.at(-1) ?? '')).toMatchObject({
        channel: slack.channels.mirror,
        entries: {
          '1': { source: { repository: 'library/redis' }, target: { repository: 'base-images/redis' } },
        },
      });
    }));

  test('alone, with help, with nonsense and in a channel without the app', () =>
    onBolt({}, async (stage) => {
      const { alice, slack } = stage;
      await alice.say('@mirror nginx:1');
      expect((await alice.whispers()).at(-1)).toMatch(/not in this channel/);
      slack.change({ kind: 'joined', channel: slack.channels.mirror, user: slack.botUser });
      for (const [text, says] of [
        ['@mirror', /Say which image.*or open the form/],
        ['@mirror help', /Asks for container images/],
        ['@mirror list', /type `\/mirror list` in a channel/],
        ['@mirror list\nnginx:1\nNginx:2', /1 line of 2 cannot be used.*\nLine 2: Nginx:2 is not an image/],
        ['@mirror list\nnginx:1\nredis:7', /Looking up 2 images\./],
        ['@mirror please do something nice', /one word too many|is not an image/],
      ] as const) {
        await alice.say(text);
        await seen(slack, async () => {
          const whisper = (await alice.whispers()).at(-1);
          return whisper !== undefined && says.test(whisper) ? whisper : undefined;
        });
      }
      const offer = (await stage.transcript()).ephemerals.find(({ text }) => text.includes('open the form'));
      await alice.click(offer ?? { ts: '' }, 'open_form');
      expect((await alice.views()).at(-1)?.title).toBe('Mirror an image');
    }));

  test('that Slack delivers twice asks once', () =>
    onBolt({ ackDeadlineMs: 3_000 }, async (stage) => {
      const { alice, slack, workRings } = stage;
      slack.change({ kind: 'joined', channel: slack.channels.mirror, user: slack.botUser });
      await alice.say('@mirror nginx:1');
      await seen(slack, async () => (await alice.whispers())[0]);
      await slack.repeatEvent();
      await seen(slack, async () => (called(stage, 'chat.postEphemeral') === 2 ? true : undefined));
      expect(new Set(workRings).size).toBe(1);
    }));

  test('whose answer Slack does not acknowledge is answered once more', () =>
    onBolt({}, async (stage) => {
      const { alice, slack } = stage;
      slack.change({ kind: 'joined', channel: slack.channels.mirror, user: slack.botUser });
      slack.faults.add({ kind: 'cut', match: api('chat.postEphemeral') });
      await alice.say('@mirror mine');
      const said = await seen(slack, async () => (await alice.whispers())[0]);
      expect(said).toMatch(/You have not asked for an image yet/);
    }));

  test('a direct message to the app is a command too', () =>
    onBolt({}, async (stage) => {
      const { alice, slack } = stage;
      const channel = `D${slack.people.requester.slice(1)}`;
      await alice.say('mine', { channel });
      const said = await seen(slack, async () =>
        (await stage.directs()).find(({ user }) => user === slack.botUser),
      );
      expect(textOf(said)).toMatch(/You have not asked for an image yet/);
    }));
});
