import { expect, test } from '@jest/globals';
import type { types } from '@slack/bolt';
import { readSlackFile } from '../../../bot/slack/read-file.ts';
import { grantedScopes } from '../../../local/slack/scopes.ts';
import { onStage, type Stage } from './with-bolt.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const options = ['a', 'b', 'c'].map((value) => ({ text: plain(value), value }));
const input = (
  block_id: string,
  element: types.InputBlock['element'],
  optional = true,
): types.InputBlock => ({
  type: 'input',
  block_id,
  optional,
  label: plain(block_id),
  element,
});
const modal: types.ModalView = {
  type: 'modal',
  callback_id: 'choose',
  title: plain('Choose'),
  submit: plain('Send'),
  blocks: [
    input('many', { type: 'checkboxes', action_id: 'many', options, initial_options: options.slice(0, 2) }),
    input('one', { type: 'radio_buttons', action_id: 'one', options }, false),
    input('file', { type: 'file_input', action_id: 'file', max_files: 1 }),
  ],
};

type Values = Record<string, Record<string, Record<string, unknown>>>;

/** `/mirror` opens the dialog for Bob; what is submitted in it is collected. */
async function opened({ app, people, slack }: Stage) {
  const submitted: Values[] = [];
  app.command('/mirror', async ({ ack, client, command }) => {
    await client.views.open({ trigger_id: command.trigger_id, view: modal });
    await ack();
  });
  app.view('choose', async ({ ack, view }) => {
    submitted.push(JSON.parse(JSON.stringify(view.state.values)));
    await ack();
  });
  const user = slack.people.approver;
  const submit = async (values: Record<string, unknown>) => {
    const open = await people.views(user);
    if (open.length === 0) await people.command({ user, channel: slack.channels.mirror, text: '/mirror' });
    const view_id = (await people.views(user)).at(-1)?.id ?? '';
    return people.submit({ user, view_id, values });
  };
  return { submit, submitted };
}
const values = (field: Record<string, unknown> | undefined) =>
  JSON.parse(JSON.stringify(field?.['selected_options'] ?? [])).map(({ value }: { value: string }) => value);

test('checkboxes come back as all that are ticked, those of the start where nobody touched them, and none', async () => {
  await onStage({}, async (stage) => {
    const { submit, submitted } = await opened(stage);
    await submit({ one: 'b' });
    await submit({ one: 'b', many: ['c', 'a'] });
    await submit({ one: 'b', many: [] });
    expect(submitted.map(({ many }) => values(many?.['many']))).toEqual([['a', 'b'], ['c', 'a'], []]);
    expect(submitted[0]?.['one']?.['one']).toMatchObject({
      type: 'radio_buttons',
      selected_option: { value: 'b' },
    });
    expect(submitted[0]?.['file']?.['file']).toEqual({ type: 'file_input', files: [] });
  });
});

test('nothing chosen where something has to be, and what is no option, is refused before the app hears of it', async () => {
  await onStage({}, async (stage) => {
    const { submit, submitted } = await opened(stage);
    expect(await submit({})).toMatchObject({ errors: { one: 'Please complete this required field.' } });
    expect(await submit({ one: 'x' })).toEqual({ ok: false, error: 'no such option' });
    expect(await submit({ one: 'a', many: ['x'] })).toEqual({ ok: false, error: 'no such option' });
    expect(submitted).toEqual([]);
  });
});

test.each([
  ['with the scope files:read', grantedScopes, { kind: 'text', text: 'nginx:1\nredis:2' }],
  ['without it', grantedScopes.filter((scope) => scope !== 'files:read'), { kind: 'not allowed' }],
] as const)('a file comes back with the address at which it is read %s', async (_what, scopes, expected) => {
  await onStage({ scopes }, async (stage) => {
    const { submit, submitted } = await opened(stage);
    await submit({ one: 'a', file: [{ name: 'list.txt', content: 'nginx:1\nredis:2' }] });
    const files = submitted[0]?.['file']?.['file']?.['files'];
    const [file] = Array.isArray(files) ? files : [];
    expect(file).toMatchObject({ name: 'list.txt', size: 15, mimetype: 'text/plain' });
    const { apiUrl: slackApiUrl, botToken: token } = stage.slack;
    expect(await readSlackFile({ slackApiUrl, token }, file)).toEqual(expected);
    expect(await readSlackFile({ slackApiUrl, token: 'xoxb-other' }, file)).toEqual({ kind: 'not allowed' });
  });
});
