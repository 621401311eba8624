import { expect, test } from '@jest/globals';
import type { types } from '@slack/bolt';
import { onStage, refusal, type Stage } from './with-bolt.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const denyModal: types.ModalView = {
  type: 'modal',
  callback_id: 'deny',
  title: plain('Deny'),
  submit: plain('Deny'),
  close: plain('Back'),
  notify_on_close: true,
  private_metadata: 'M-7F3K',
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Reason'),
      element: { type: 'plain_text_input', action_id: 'text', max_length: 100 },
    },
    {
      type: 'input',
      block_id: 'kind',
      optional: true,
      label: plain('Kind'),
      element: {
        type: 'static_select',
        action_id: 'one',
        initial_option: { text: plain('Old'), value: 'old' },
        options: [
          { text: plain('Old'), value: 'old' },
          { text: plain('Unsafe'), value: 'unsafe' },
        ],
      },
    },
  ],
};

/** `/mirror` opens the modal; returns the id of the view that Bob then has before him. */
async function openModal({ slack, people, app }: Stage, view = denyModal): Promise<string> {
  app.command('/mirror', async ({ ack, command, client }) => {
    await client.views.open({ trigger_id: command.trigger_id, view });
    await ack();
  });
  const user = slack.people.approver;
  await people.command({ user, channel: slack.channels.mirror, text: '/mirror' });
  const [shown] = await people.views(user);
  return shown?.id ?? '';
}

test('a modal is shown to whom the trigger belonged, refused with errors, and gone once accepted', async () => {
  await onStage({}, async (stage) => {
    const { slack, people, app } = stage;
    const user = slack.people.approver;
    const views: unknown[] = [];
    app.view('deny', async ({ ack, view }) => {
      views.push(view);
      const reason = view.state.values['reason']?.['text']?.value ?? '';
      if (reason.length > 5) await ack();
      else await ack({ response_action: 'errors', errors: { reason: 'Say more.' } });
    });
    const view_id = await openModal(stage);

    expect(await people.views(user)).toMatchObject([
      { id: view_id, user, callback_id: 'deny', title: 'Deny', submit: 'Deny', close: 'Back' },
    ]);
    expect(await people.views(slack.people.requester)).toEqual([]);

    expect(await people.submit({ user, view_id, values: { reason: 'no' } })).toEqual({
      ok: true,
      response_action: 'errors',
      errors: { reason: 'Say more.' },
    });
    expect(await people.views(user)).toMatchObject([{ errors: { reason: 'Say more.' } }]);

    const values = {
      reason: { text: 'Too old.' },
      kind: { one: { type: 'static_select', value: 'unsafe' } },
    };
    expect(await people.submit({ user, view_id, values })).toEqual({ ok: true });
    expect(await people.views(user)).toEqual([]);
    expect(views).toMatchObject([
      { state: { values: { kind: { one: { selected_option: { value: 'old' } } } } } },
      {
        id: view_id,
        private_metadata: 'M-7F3K',
        state: {
          values: {
            reason: { text: { type: 'plain_text_input', value: 'Too old.' } },
            kind: { one: { type: 'static_select', selected_option: { value: 'unsafe' } } },
          },
        },
      },
    ]);
    expect(await people.submit({ user, view_id, values })).toEqual({ ok: false, error: 'no such view' });
  });
});

test("Slack's client itself refuses an empty required field and a text that is too long", async () => {
  await onStage({}, async (stage) => {
    const { slack, people, app } = stage;
    let submissions = 0;
    app.view('deny', async ({ ack }) => {
      submissions += 1;
      await ack();
    });
    const view_id = await openModal(stage);
    const user = slack.people.approver;
    expect(await people.submit({ user, view_id, values: {} })).toMatchObject({
      errors: { reason: 'Please complete this required field.' },
    });
    expect(await people.submit({ user, view_id, values: { reason: 'x'.repeat(101) } })).toMatchObject({
      errors: { reason: 'Must be at most 100 characters.' },
    });
    expect(submissions).toBe(0);
    expect(await people.submit({ user, view_id, values: { reason: 'x'.repeat(100) } })).toEqual({ ok: true });
    expect(submissions).toBe(1);
  });
});

test('a submission that nobody acknowledges leaves the modal open with a word about it', async () => {
  await onStage({ ackDeadlineMs: 600 }, async (stage) => {
    const { slack, people, app } = stage;
    app.view('deny', async () => {});
    const view_id = await openModal(stage);
    const user = slack.people.approver;
    expect(await people.submit({ user, view_id, values: { reason: 'Too old.' } })).toEqual({
      ok: false,
      error: 'operation_timeout',
    });
    expect(await people.views(user)).toMatchObject([
      { id: view_id, trouble: 'We had some trouble connecting. Try again?' },
    ]);
  });
});

test('Cancel closes the modal and is told to an app that asked for it', async () => {
  await onStage({}, async (stage) => {
    const { slack, people, app } = stage;
    const closed: unknown[] = [];
    app.view({ callback_id: 'deny', type: 'view_closed' }, async ({ ack, view }) => {
      closed.push(view.private_metadata);
      await ack();
    });
    const view_id = await openModal(stage);
    const user = slack.people.approver;
    expect(await people.close({ user, view_id })).toEqual({ ok: true });
    expect(await people.views(user)).toEqual([]);
    expect(closed).toEqual(['M-7F3K']);
  });
});

test('an ack can replace the view, push another one, and clear them all', async () => {
  await onStage({}, async (stage) => {
    const { slack, people, app } = stage;
    const user = slack.people.approver;
    const next = (callback_id: string): types.ModalView => ({ ...denyModal, callback_id });
    app.view('deny', async ({ ack }) => ack({ response_action: 'update', view: next('updated') }));
    app.view('updated', async ({ ack }) => ack({ response_action: 'push', view: next('pushed') }));
    app.view('pushed', async ({ ack }) => ack({ response_action: 'clear' }));
    const view_id = await openModal(stage);
    const values = { reason: 'Too old.' };
    const stack = async () => (await people.views(user)).map((view) => view.callback_id);

    await people.submit({ user, view_id, values });
    expect(await stack()).toEqual(['updated']);
    await people.submit({ user, view_id, values });
    expect(await stack()).toEqual(['updated', 'pushed']);
    const top = (await people.views(user)).at(-1)?.id ?? '';
    expect(await people.submit({ user, view_id: top, values })).toEqual({
      ok: true,
      response_action: 'clear',
    });
    expect(await stack()).toEqual([]);
  });
});

test('a fourth modal is not pushed on three', async () => {
  await onStage({}, async (stage) => {
    const { slack, people, app } = stage;
    const user = slack.people.approver;
    app.view('deny', async ({ ack }) => ack({ response_action: 'push', view: denyModal }));
    await openModal(stage);
    const submitTop = async () => {
      const view_id = (await people.views(user)).at(-1)?.id ?? '';
      return people.submit({ user, view_id, values: { reason: 'Too old.' } });
    };
    expect(await submitTop()).toEqual({ ok: true, response_action: 'push' });
    expect(await submitTop()).toEqual({ ok: true, response_action: 'push' });
    expect(await submitTop()).toEqual({ ok: false, error: 'push_limit_reached' });
    expect(await people.views(user)).toHaveLength(3);
  });
});

test('a button in a modal tells the view and what its inputs hold', async () => {
  await onStage({}, async (stage) => {
    const { slack, people, app } = stage;
    const user = slack.people.approver;
    const bodies: unknown[] = [];
    app.action('help', async ({ ack, body }) => {
      bodies.push(body);
      await ack();
    });
    const button = { type: 'button' as const, action_id: 'help', text: plain('Help'), value: 'v' };
    const blocks = [...denyModal.blocks, { type: 'actions' as const, elements: [button] }];
    const ts = await openModal(stage, { ...denyModal, blocks });
    const click = (action_id: string) =>
      people.click({ user, channel: slack.channels.mirror, ts, action_id });
    expect(await click('help')).toEqual({ ok: true });
    expect(bodies).toMatchObject([
      {
        container: { type: 'view', view_id: ts },
        view: { id: ts, state: { values: { kind: { one: { selected_option: { value: 'old' } } } } } },
        actions: [{ action_id: 'help', value: 'v' }],
      },
    ]);
    expect(await click('one')).toEqual({ ok: false, error: 'no such button' });
  });
});

test('a trigger opens one modal, within three seconds, and an unknown one none', async () => {
  let clock = 1_800_000_000_000;
  await onStage({ now: () => clock }, async ({ slack, people, app, client }) => {
    const triggers: string[] = [];
    app.command('/mirror', async ({ ack, command }) => {
      triggers.push(command.trigger_id);
      await ack();
    });
    const { approver: user } = slack.people;
    for (const text of ['/mirror a', '/mirror b'])
      await people.command({ user, channel: slack.channels.mirror, text });
    const [first = '', second = ''] = triggers;
    const open = (trigger_id: string) => client.views.open({ trigger_id, view: denyModal });

    clock += 3_000;
    expect(await open(first)).toMatchObject({ ok: true, view: { callback_id: 'deny' } });
    expect(await refusal(open(first))).toMatchObject({ error: 'exchanged_trigger_id' });
    clock += 1;
    expect(await refusal(open(second))).toMatchObject({ error: 'expired_trigger_id' });
    expect(await refusal(open('1.2.3'))).toMatchObject({ error: 'invalid_trigger_id' });
  });
});

test('views.update replaces a view, but not one that is newer than its hash', async () => {
  await onStage({}, async (stage) => {
    const { client, people, slack } = stage;
    const view_id = await openModal(stage);
    const view = { ...denyModal, title: plain('Really?') };
    const { view: updated } = await client.views.update({ view_id, view });
    expect(await people.views(slack.people.approver)).toMatchObject([{ id: view_id, title: 'Really?' }]);
    await client.views.update({ view_id, view, hash: updated?.hash ?? '' });
    expect(await refusal(client.views.update({ view_id, view, hash: updated?.hash ?? '' }))).toMatchObject({
      error: 'hash_conflict',
    });
  });
});

test('a view outside the limits is refused with the place of each fault', async () => {
  await onStage({}, async ({ client }) => {
    const view = { ...denyModal, title: plain('x'.repeat(25)) };
    expect(await refusal(client.views.open({ trigger_id: '1.2.3', view }))).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: {
        messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
      },
    });
  });
});
