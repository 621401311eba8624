import { expect, test } from '@jest/globals';
import type { BlockAction, ButtonAction } from '@slack/bolt';
import { boltApp, onStage, refusal } from './with-bolt.ts';

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const card = [
  section('nginx:1.21-alpine'),
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      {
        type: 'button',
        action_id: 'approve',
        value: 'M-7F3K',
        text: { type: 'plain_text', text: 'Approve' },
      },
      {
        type: 'static_select',
        action_id: 'choose',
        options: ['amd64', 'arm64'].map((value) => ({ text: { type: 'plain_text', text: value }, value })),
      },
      {
        type: 'overflow',
        action_id: 'more',
        options: [{ text: { type: 'plain_text', text: 'Cancel' }, value: 'cancel' }],
      },
    ],
  },
];

test('a click reaches the listener with what stands on the button, and the card is edited in place', async () => {
  await onStage({}, async ({ slack, people, app, client }) => {
    const { mirror: channel } = slack.channels;
    const bodies: BlockAction<ButtonAction>[] = [];
    app.action<BlockAction<ButtonAction>>('approve', async ({ ack, body, client: own }) => {
      bodies.push(body);
      await own.chat.update({
        channel,
        ts: body.message?.ts ?? '',
        text: 'nginx:1.21-alpine was approved.',
        blocks: [section(`Approved by <@${body.user.id}>`)],
      });
      await ack();
    });
    await client.conversations.join({ channel });
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'Alice asks.', blocks: card });

    const user = slack.people.approver;
    expect(await people.click({ user, channel, ts, action_id: 'approve' })).toEqual({ ok: true });

    expect(bodies).toMatchObject([
      {
        type: 'block_actions',
        user: { id: user, username: 'bob', name: 'bob', team_id: slack.team },
        team: { id: slack.team, domain: 'acme' },
        container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
        channel: { id: channel, name: 'image-requests' },
        message: { ts, user: slack.botUser, text: 'Alice asks.' },
        actions: [{ type: 'button', action_id: 'approve', block_id: 'decide', value: 'M-7F3K' }],
      },
    ]);
    expect((await people.transcript(channel)).messages).toMatchObject([
      { ts, text: 'nginx:1.21-alpine was approved.', blocks: [section(`Approved by <@${user}>`)] },
    ]);
    expect(await people.click({ user, channel, ts, action_id: 'approve' })).toEqual({
      ok: false,
      error: 'no such button',
    });
  });
});

test('a select and an overflow menu tell the option that was chosen', async () => {
  await onStage({}, async ({ slack, people, app, client }) => {
    const { mirror: channel } = slack.channels;
    const chosen: unknown[] = [];
    app.action(/choose|more/, async ({ ack, body }) => {
      if (body.type === 'block_actions') chosen.push(body.actions[0]);
      await ack();
    });
    await client.conversations.join({ channel });
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'Alice asks.', blocks: card });
    const user = slack.people.requester;

    await people.click({ user, channel, ts, action_id: 'choose', value: 'arm64' });
    await people.click({ user, channel, ts, action_id: 'more', value: 'cancel' });
    expect(chosen).toMatchObject([
      { type: 'static_select', selected_option: { value: 'arm64' } },
      { type: 'overflow', selected_option: { value: 'cancel' } },
    ]);
    expect(await people.click({ user, channel, ts, action_id: 'choose', value: 's390x' })).toEqual({
      ok: false,
      error: 'no such option',
    });
  });
});

test('an ephemeral is seen and clicked by its person only, and replaced through respond()', async () => {
  await onStage({}, async ({ slack, people, app, client }) => {
    const { mirror: channel } = slack.channels;
    const { requester: user, approver } = slack.people;
    const bodies: BlockAction[] = [];
    app.action<BlockAction>('approve', async ({ ack, body, respond }) => {
      bodies.push(body);
      await ack();
      await respond({ replace_original: true, text: 'Thank you.' });
      done();
    });
    let done = () => {};
    const replaced = new Promise<void>((resolve) => {
      done = resolve;
    });
    await client.conversations.join({ channel });
    const { message_ts: ts = '' } = await client.chat.postEphemeral({
      channel,
      user,
      text: 'Really?',
      blocks: card,
    });

    expect(await people.click({ user: approver, channel, ts, action_id: 'approve' })).toEqual({
      ok: false,
      error: 'no such message',
    });
    expect(await people.click({ user, channel, ts, action_id: 'approve' })).toEqual({ ok: true });
    await replaced;

    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toMatchObject({ container: { is_ephemeral: true, message_ts: ts } });
    expect(bodies[0]).not.toHaveProperty('message');
    expect((await people.transcript(channel, user)).ephemerals).toMatchObject([{ ts, text: 'Thank you.' }]);
    expect((await people.transcript(channel, approver)).ephemerals).toEqual([]);
    expect(await refusal(client.chat.update({ channel, ts, text: 'changed' }))).toMatchObject({
      error: 'message_not_found',
    });
  });
});

test('a click that the app does not acknowledge ends with operation_timeout', async () => {
  await onStage({ ackDeadlineMs: 20 }, async ({ slack, people, app, client }) => {
    const { mirror: channel } = slack.channels;
    app.action('approve', async () => {});
    await client.conversations.join({ channel });
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'Alice asks.', blocks: card });
    expect(await people.click({ user: slack.people.approver, channel, ts, action_id: 'approve' })).toEqual({
      ok: false,
      error: 'operation_timeout',
    });
  });
});

test('of two connected apps one gets each envelope', async () => {
  await onStage({}, async ({ slack, people, app }) => {
    const second = boltApp(slack);
    await second.start();
    const seen = { first: 0, second: 0 };
    app.command('/mirror', async ({ ack }) => {
      seen.first += 1;
      await ack();
    });
    second.command('/mirror', async ({ ack }) => {
      seen.second += 1;
      await ack();
    });
    for (const text of ['/mirror a', '/mirror b', '/mirror c', '/mirror d'])
      await people.command({ user: slack.people.requester, channel: slack.channels.mirror, text });
    await second.stop();
    expect(seen).toEqual({ first: 2, second: 2 });
  });
});
