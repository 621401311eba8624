import { describe, expect, test } from '@jest/globals';
import { localClient } from '../../../local/slack/local-client.ts';
import { startSlack } from '../../../local/slack/start.ts';
import { onStage } from './with-bolt.ts';

test('the text of a command ack is seen by the person who typed it, and by nobody else', async () => {
  await onStage({}, async ({ slack, people, app }) => {
    const { requester, approver } = slack.people;
    const channel = slack.channels.mirror;
    app.command('/mirror', async ({ ack, command }) => {
      await ack(`Looking up ${command.text} in ${command.channel_name} for ${command.user_name}.`);
    });

    expect(
      await people.command({ user: requester, channel, text: '/mirror nginx:1.21-alpine  shop' }),
    ).toEqual({
      ok: true,
    });

    const seen = await people.transcript(channel, requester);
    expect(seen.messages).toEqual([]);
    expect(seen.ephemerals).toMatchObject([
      {
        user: requester,
        text: 'Looking up nginx:1.21-alpine  shop in image-requests for alice.',
        blocks: [],
      },
    ]);
    expect((await people.transcript(channel, approver)).ephemerals).toEqual([]);
  });
});

test('an app that does not acknowledge costs the person an operation_timeout', async () => {
  await onStage({ ackDeadlineMs: 20 }, async ({ slack, people, app }) => {
    const user = slack.people.requester;
    const channel = slack.channels.mirror;
    app.command('/mirror', async () => {});

    expect(await people.command({ user, channel, text: '/mirror nginx' })).toEqual({
      ok: false,
      error: 'operation_timeout',
    });
    expect((await people.transcript(channel, user)).ephemerals).toMatchObject([
      { text: '/mirror failed with the error "operation_timeout"' },
    ]);
  });
});

test('a command without a connected app fails at once with dispatch_failed', async () => {
  const slack = await startSlack();
  const user = slack.people.requester;
  const channel = slack.channels.mirror;
  try {
    const people = localClient(slack.url);
    expect(await people.command({ user, channel, text: '/mirror nginx' })).toEqual({
      ok: false,
      error: 'dispatch_failed',
    });
  } finally {
    await slack.close();
  }
});

test('respond() answers privately by default, in the channel on request, five times in all', async () => {
  await onStage({}, async ({ slack, people, app }) => {
    const user = slack.people.requester;
    const channel = slack.channels.general;
    const statuses: unknown[] = [];
    const finished = new Promise<void>((resolve) => {
      app.command('/mirror', async ({ ack, respond }) => {
        await ack();
        await respond({ text: 'for all', response_type: 'in_channel' });
        for (const n of [2, 3, 4, 5]) await respond(`only you ${n}`);
        statuses.push(await respond('too much').catch((error: unknown) => error));
        resolve();
      });
    });

    expect(await people.command({ user, channel, text: '/mirror nginx' })).toEqual({ ok: true });
    await finished;

    const seen = await people.transcript(channel);
    expect(seen.messages.map(({ user: author, text }) => [author, text])).toEqual([
      [slack.botUser, 'for all'],
    ]);
    expect(seen.ephemerals.map(({ text }) => text)).toEqual([2, 3, 4, 5].map((n) => `only you ${n}`));
    expect(statuses).toMatchObject([{ statusCode: 404 }]);
  });
});

test('a response_url is over after 30 minutes', async () => {
  let clock = 1_800_000_000_000;
  await onStage({ now: () => clock }, async ({ slack, people, app }) => {
    const url = new Promise<string>((resolve) => {
      app.command('/mirror', async ({ ack, command }) => {
        await ack();
        resolve(command.response_url);
      });
    });
    const { mirror: channel } = slack.channels;
    await people.command({ user: slack.people.requester, channel, text: '/mirror nginx' });
    const say = async () => {
      const response = await fetch(await url, { method: 'POST', body: '{"text":"done"}' });
      return [response.status, await response.json()];
    };
    clock += 30 * 60_000;
    expect(await say()).toEqual([200, { ok: true }]);
    clock += 1;
    expect(await say()).toEqual([404, { ok: false, error: 'expired_url' }]);
  });
});

test('what is no command is posted as that person, escaped as Slack stores it', async () => {
  await onStage({}, async ({ slack, people }) => {
    const { requester: user } = slack.people;
    const { mirror: channel } = slack.channels;
    const posted = await people.command({ user, channel, text: 'a < b & <!channel>' });
    expect(posted).toMatchObject({ ok: true });
    expect((await people.transcript(channel, slack.people.outsider)).messages).toMatchObject([
      { ts: posted.ts, user, text: 'a &lt; b &amp; &lt;!channel&gt;', blocks: [], replies: [] },
    ]);
  });
});

describe('where a person may type', () => {
  const cases: readonly [string, 'outsider' | 'guest' | 'deactivated' | 'requester', string, string][] = [
    ['a private channel they are not in', 'outsider', 'privateShop', 'channel_not_found'],
    ['a public channel a guest was not invited to', 'guest', 'general', 'channel_not_found'],
    ['an archived channel', 'requester', 'archived', 'is_archived'],
    ['anywhere, once deactivated', 'deactivated', 'mirror', 'user_disabled'],
  ];
  test.each(cases)('not in %s', async (_where, person, place, error) => {
    const slack = await startSlack();
    const channel = new Map<string, string>(Object.entries(slack.channels)).get(place) ?? '';
    try {
      const people = localClient(slack.url);
      expect(await people.command({ user: slack.people[person], channel, text: 'hello' })).toEqual({
        ok: false,
        error,
      });
    } finally {
      await slack.close();
    }
  });
});

test('a slash command that nobody registered is refused and said privately', async () => {
  await onStage({}, async ({ slack, people }) => {
    const { requester: user } = slack.people;
    const { mirror: channel } = slack.channels;
    expect(await people.command({ user, channel, text: '/miror nginx' })).toEqual({
      ok: false,
      error: 'invalid_command',
    });
    expect((await people.transcript(channel, user)).ephemerals).toMatchObject([
      { text: '/miror is not a valid command.' },
    ]);
  });
});
