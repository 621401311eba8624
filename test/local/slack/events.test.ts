import { expect, test } from '@jest/globals';
import { onStage, webClient } from './with-bolt.ts';
import { startSlack } from '../../../local/slack/start.ts';

test('the page hears of every change, and the stream ends when the stand-in closes', async () => {
  const slack = await startSlack();
  const response = await fetch(`${slack.url}_local/events`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const { mirror: channel } = slack.channels;
  await webClient(slack).conversations.join({ channel });
  await webClient(slack).chat.postMessage({ channel, text: 'card' });
  await slack.close();
  const changes = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
  expect(changes.map((line) => JSON.parse(line.slice(6)))).toEqual([
    { kind: 'state' },
    { kind: 'channel', channel },
  ]);
});

test('a modal that opens is told for its person', async () => {
  await onStage({}, async ({ slack, people, app }) => {
    const response = await fetch(`${slack.url}_local/events`);
    app.command('/mirror', async ({ ack, command, client }) => {
      const title = { type: 'plain_text' as const, text: 'Mirror' };
      await client.views.open({ trigger_id: command.trigger_id, view: { type: 'modal', title, blocks: [] } });
      await ack();
    });
    const user = slack.people.requester;
    await people.command({ user, channel: slack.channels.mirror, text: '/mirror' });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    while (!seen.includes('data: ')) seen += (await reader?.read())?.value ?? '';
    expect(seen).toContain(`data: ${JSON.stringify({ kind: 'views', user })}`);
    await reader?.cancel();
  });
});

test('the page and its files are served, and without a page a plain line', async () => {
  const files = new Map([['/page.js', { type: 'text/javascript', body: 'let a;' }]]);
  const slack = await startSlack({ page: { html: '<!doctype html>', files } });
  const plain = await startSlack();
  try {
    const html = await fetch(slack.url);
    expect([html.headers.get('content-type'), await html.text()]).toEqual([
      'text/html; charset=utf-8',
      '<!doctype html>',
    ]);
    const script = await fetch(`${slack.url}page.js`);
    expect([script.headers.get('content-type'), await script.text()]).toEqual(['text/javascript', 'let a;']);
    expect((await fetch(`${slack.url}other.js`)).status).toBe(404);
    expect(await (await fetch(plain.url)).text()).toContain('/_local/');
  } finally {
    await slack.close();
    await plain.close();
  }
});
