import { afterAll, expect, jest, test } from '@jest/globals';
import type { App, BlockAction } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/web-api';
import { bundlePage } from '../../../../local/slack/bundle-page.ts';
import { closeBrowser, describeInBrowser, openPage } from '../../../browser.ts';
import { onStage, type Stage } from '../with-bolt.ts';

jest.setTimeout(60_000);

describeInBrowser('the Slack page on the stand-in, with a Bolt app', () => {
  afterAll(closeBrowser);

  test('a command, a click, a modal with an error, and the thread', async () => {
    await onStage({ page: await bundlePage() }, async (stage) => {
      await stage.client.conversations.join({ channel: stage.slack.channels.mirror });
      listen(stage);
      const page = await openPage(stage.slack.url);
      const box = page.getByRole('textbox', { name: 'Message #image-requests', exact: true });
      const switcher = page.getByRole('combobox', { name: 'Acting as', exact: true });
      const log = page.getByRole('log', { name: '#image-requests' });

      await box.fill('/mirror nginx:1.21-alpine <b>');
      await box.press('Enter');
      await log.getByText('Looking up nginx:1.21-alpine <b>').waitFor();
      expect(await log.getByText('Only visible to you').count()).toBe(1);

      await switcher.selectOption(stage.slack.people.approver);
      const deny = log.getByRole('button', { name: 'Deny', exact: true });
      await deny.click();
      const dialog = page.getByRole('dialog', { name: 'Deny the request' });
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('no');
      await dialog.getByRole('button', { name: 'Deny', exact: true }).click();
      await dialog.getByRole('alert').filter({ hasText: 'A reason has more than two letters.' }).waitFor();
      expect(await dialog.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('no');
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('use 1.27-alpine');
      await dialog.getByRole('button', { name: 'Deny', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });

      await log.getByRole('button', { name: '1 reply' }).click();
      await page.getByRole('region', { name: 'Thread' }).getByText('use 1.27-alpine').waitFor();
      expect(await deny.count()).toBe(0);
      expect(await log.getByText('(edited)').count()).toBe(1);
      await page.context().close();
    });
  });

  test('without an app a command says so, and the text is not lost', async () => {
    await onStage({ page: await bundlePage() }, async ({ app, slack }) => {
      const page = await openPage(slack.url);
      const box = page.getByRole('textbox', { name: 'Message #image-requests', exact: true });
      await app.stop();
      await box.fill('/mirror nginx');
      await box.press('Enter');
      await page.getByRole('alert').filter({ hasText: 'not connected (dispatch_failed)' }).waitFor();
      expect(await box.inputValue()).toBe('/mirror nginx');
      await page.context().close();
    });
  });

  test('a permalink opens the thread it leads to', async () => {
    await onStage({ page: await bundlePage() }, async ({ client, slack }) => {
      const channel = slack.channels.mirror;
      await client.conversations.join({ channel });
      const { ts = '' } = await client.chat.postMessage({ channel, text: 'the root' });
      await client.chat.postMessage({ channel, thread_ts: ts, text: 'the reply' });
      const { permalink = '' } = await client.chat.getPermalink({ channel, message_ts: ts });
      const page = await openPage(permalink);
      await page.getByRole('region', { name: 'Thread' }).getByText('the reply').waitFor();
      await page.context().close();
    });
  });
});

function listen({ app, slack }: Stage): void {
  const channel = slack.channels.mirror;
  app.command('/mirror', async ({ ack, command, client }) => {
    await ack({ text: `Looking up ${command.text}` });
    await client.chat.postMessage({ channel, text: 'A request', blocks: card(command.text) });
  });
  app.action<BlockAction>('deny', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: denyModal(body.message?.ts ?? '') });
  });
  refuseShortReasons(app, channel);
}

function refuseShortReasons(app: App, channel: string): void {
  app.view('deny', async ({ ack, view, client }) => {
    const reason = view.state.values['why']?.['reason']?.value ?? '';
    if (reason.length < 3) {
      await ack({ response_action: 'errors', errors: { why: 'A reason has more than two letters.' } });
      return;
    }
    await ack();
    await client.chat.update({ channel, ts: view.private_metadata, text: 'Denied.', blocks: [] });
    await client.chat.postMessage({ channel, thread_ts: view.private_metadata, text: reason });
  });
}

function card(text: string): KnownBlock[] {
  const button = { type: 'button', action_id: 'deny', text: { type: 'plain_text', text: 'Deny' } } as const;
  return [
    { type: 'section', text: { type: 'mrkdwn', text: `*${text}*` } },
    { type: 'actions', block_id: 'decide', elements: [{ ...button, accessibility_label: 'Deny nginx' }] },
  ];
}

function denyModal(ts: string): ModalView {
  return {
    type: 'modal',
    callback_id: 'deny',
    private_metadata: ts,
    title: { type: 'plain_text', text: 'Deny the request' },
    submit: { type: 'plain_text', text: 'Deny' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      {
        type: 'input',
        block_id: 'why',
        label: { type: 'plain_text', text: 'Reason' },
        element: { type: 'plain_text_input', action_id: 'reason', multiline: true },
      },
    ],
  };
}
