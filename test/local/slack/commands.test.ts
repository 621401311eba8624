import { expect, test } from '@jest/globals';
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
