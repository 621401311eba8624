import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { GlobalShortcut, MessageShortcut } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { isObject, type JsonObject, objectAt } from '../../../local/slack/json-object.ts';
import { localClient } from '../../../local/slack/local-client.ts';
import { grantedScopes } from '../../../local/slack/scopes.ts';
import { startSlack } from '../../../local/slack/start.ts';
import { onStage, refusal, webClient } from './with-bolt.ts';

const text = (words: string) => ({ type: 'section', text: { type: 'plain_text', text: words } }) as const;

describe('the Home tab', () => {
  test('is what was published last for that person, and opening it tells the app', () =>
    onStage({}, async ({ app, client, people, slack }) => {
      const { approver, requester } = slack.people;
      const opened: unknown[] = [];
      app.event('app_home_opened', async ({ event, client: web }) => {
        opened.push({ user: event.user, tab: event.tab, known: event.view?.blocks.length });
        await web.views.publish({ user_id: event.user, view: { type: 'home', blocks: [text('drawn')] } });
      });
      expect(await people.home(requester)).toEqual({ user: requester, id: '', blocks: [] });
      await client.views.publish({ user_id: requester, view: { type: 'home', blocks: [text('first')] } });
      const first = await people.home(requester);
      expect(first).toMatchObject({ blocks: [{ text: { text: 'first' } }] });
      expect(await people.home(approver)).toMatchObject({ blocks: [] });
      const change = followed(slack.url, 'home');
      await people.openHome({ user: requester });
      await change;
      const second = await people.home(requester);
      expect(second).toMatchObject({ id: first.id, blocks: [{ text: { text: 'drawn' } }] });
      expect(opened).toEqual([{ user: requester, tab: 'home', known: 1 }]);
    }));

  test('sends its clicks without a channel, with a trigger that opens a modal', () =>
    onStage({}, async ({ app, client, people, slack }) => {
      const user = slack.people.requester;
      const seen: unknown[] = [];
      app.action('go', async ({ ack, body }) => {
        if (body.type !== 'block_actions') return;
        seen.push([body.channel, body.view?.type, body.container['type']]);
        const view: ModalView = {
          type: 'modal',
          title: { type: 'plain_text', text: 'Hello' },
          blocks: [text('a')],
        };
        await client.views.open({ trigger_id: body.trigger_id, view });
        await ack();
      });
      const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } } as const;
      const { view } = await client.views.publish({
        user_id: user,
        view: { type: 'home', blocks: [{ type: 'actions', elements: [button] }] },
      });
      const channel = slack.channels.mirror;
      expect(await people.click({ user, channel, ts: view?.id ?? '', action_id: 'go' })).toEqual({
        ok: true,
      });
      expect(seen).toEqual([[undefined, 'home', 'view']]);
      expect(await people.views(user)).toMatchObject([{ title: 'Hello' }]);
    }));

  test('is refused where Slack refuses it', () =>
    onStage({}, async ({ client, slack }) => {
      const user_id = slack.people.requester;
      const publish = (view: object, more: object = {}) =>
        refusal(client.apiCall('views.publish', { user_id, view: JSON.stringify(view), ...more }));
      const blocks = (count: number) => Array.from({ length: count }, () => text('a'));
      expect(await publish({ type: 'modal', blocks: [] })).toMatchObject({ error: 'invalid_arguments' });
      expect(await publish({ type: 'home', title: text('a').text, blocks: [] })).toMatchObject({
        response_metadata: { messages: [expect.stringContaining('invalid additional property: title')] },
      });
      expect(await publish({ type: 'home', blocks: blocks(101) })).toMatchObject({
        response_metadata: { messages: [expect.stringContaining('no more than 100 items')] },
      });
      const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] };
      expect(await publish({ type: 'home', blocks: [table] })).toMatchObject({
        response_metadata: { messages: [expect.stringContaining('unsupported type: table')] },
      });
      const input = { type: 'input', label: text('a').text, element: { type: 'plain_text_input' } };
      expect(await publish({ type: 'home', blocks: [input] })).toMatchObject({ error: 'invalid_arguments' });
      await client.views.publish({ user_id, view: { type: 'home', blocks: blocks(100) } });
      expect(await publish({ type: 'home', blocks: [] }, { hash: 'old' })).toMatchObject({
        error: 'hash_conflict',
      });
      expect(await publish({ type: 'home', blocks: [] }, { user_id: 'U01NOBODY01' })).toMatchObject({
        error: 'invalid_arguments',
      });
    }));
});

describe('shortcuts', () => {
  test('a global one has a trigger and no channel, one on a reply has its message and thread', () =>
    onStage({}, async ({ app, people, slack }) => {
      const { mirror: channel } = slack.channels;
      const user = slack.people.requester;
      const seen: (GlobalShortcut | MessageShortcut)[] = [];
      app.shortcut(/mirror/, async ({ ack, shortcut }) => {
        if (shortcut.type === 'shortcut' || shortcut.type === 'message_action') seen.push(shortcut);
        await ack();
      });
      const { ts: root = '' } = await people.command({ user, channel, text: 'root' });
      const reply = await people.command({ user, channel, text: 'nginx:1 <b>', thread_ts: root });
      expect(await people.shortcut({ user, callback_id: 'mirror_image' })).toEqual({ ok: true });
      const on = { user, callback_id: 'mirror_message', channel, ts: reply.ts ?? '' };
      expect(await people.shortcut(on)).toEqual({ ok: true });
      expect(seen).toMatchObject([
        { type: 'shortcut', callback_id: 'mirror_image', user: { id: user }, trigger_id: expect.any(String) },
        {
          type: 'message_action',
          callback_id: 'mirror_message',
          channel: { id: channel },
          message_ts: reply.ts,
          message: { text: 'nginx:1 &lt;b&gt;', thread_ts: root, user },
          response_url: expect.stringContaining('/response/'),
        },
      ]);
    }));

  test('that the app does not have, or on a message that is not there, are refused', () =>
    onStage({}, async ({ people, slack }) => {
      const user = slack.people.requester;
      const channel = slack.channels.mirror;
      expect(await people.shortcut({ user, callback_id: 'other' })).toMatchObject({
        error: 'no such shortcut',
      });
      expect(
        await people.shortcut({ user, callback_id: 'mirror_message', channel, ts: '1.0' }),
      ).toMatchObject({
        error: 'no such message',
      });
      expect(
        await people.shortcut({
          user: slack.people.outsider,
          callback_id: 'mirror_message',
          channel: slack.channels.privateShop,
          ts: '1.0',
        }),
      ).toMatchObject({ error: 'channel_not_found' });
    }));
});

describe('messages that people write', () => {
  test('are stored as Slack stores them: escaped, people by id, addresses as links, code as it is', () =>
    onStage({}, async ({ people, slack }) => {
      const channel = slack.channels.mirror;
      const user = slack.people.requester;
      const typed = '@bob see https://a.example/x?a=1&b and docker.io/library/nginx:1.2, <b> `ghcr.io/a`';
      await people.command({ user, channel, text: typed });
      const [message] = (await people.transcript(channel)).messages;
      expect(message?.text).toBe(
        '<@U01BOB00001> see <https://a.example/x?a=1&amp;b> and <http://docker.io/library/nginx:1.2,|docker.io/library/nginx:1.2,> &lt;b&gt; `ghcr.io/a`',
      );
    }));

  test('reach the app where they mention it in a channel it is in, and in its direct messages', () =>
    onStage({}, async ({ app, client, people, slack }) => {
      const { mirror: channel } = slack.channels;
      const user = slack.people.requester;
      const heard: string[] = [];
      app.event(
        'app_mention',
        async ({ event }) => void heard.push(`mention ${event.text} ${event.thread_ts}`),
      );
      app.event(
        'message',
        async ({ event }) => void heard.push(`${event.channel_type} ${'text' in event ? event.text : ''}`),
      );
      await people.command({ user, channel, text: '@mirror not yet' });
      await client.conversations.join({ channel });
      await people.command({ user, channel, text: 'not for the app' });
      const { ts = '' } = await people.command({ user, channel, text: '@mirror hello' });
      await people.command({ user, channel, text: '@mirror again', thread_ts: ts });
      await people.command({ user, channel: `D${user.slice(1)}`, text: 'psst' });
      while (heard.length < 3) await setImmediate();
      expect(heard).toEqual([
        'mention <@U01MIRROR01> hello undefined',
        `mention <@U01MIRROR01> again ${ts}`,
        'im psst',
      ]);
      const whisper = (await people.transcript(channel)).ephemerals[0]?.text;
      expect(whisper).toMatch(/not in this channel/);
    }));

  test('are not told to an app without the scope', () =>
    onStage(
      { scopes: grantedScopes.filter((scope) => scope !== 'app_mentions:read') },
      async ({ app, client, people, slack }) => {
        const heard: string[] = [];
        app.event('app_mention', async ({ event }) => void heard.push(event.text));
        const channel = slack.channels.mirror;
        await client.conversations.join({ channel });
        await people.command({ user: slack.people.requester, channel, text: '@mirror hello' });
        expect(heard).toEqual([]);
        expect(await refusal(webClient(slack, 'xoxb-wrong').auth.test())).toMatchObject({
          error: 'invalid_auth',
        });
      },
    ));

  test('come again with the same event id when Slack repeats them', () =>
    onStage({}, async ({ app, client, people, slack }) => {
      const heard: string[] = [];
      app.event('app_mention', async ({ body }) => void heard.push(body.event_id));
      const channel = slack.channels.mirror;
      await client.conversations.join({ channel });
      await people.command({ user: slack.people.requester, channel, text: '@mirror hello' });
      await slack.repeatEvent();
      while (heard.length < 2) await setImmediate();
      expect(heard).toHaveLength(2);
      expect(heard[0]).toBe(heard[1]);
    }));

  test('come once more over the socket when nobody acknowledged them', async () => {
    const slack = await startSlack({ ackDeadlineMs: 100 });
    const headers = { authorization: `Bearer ${slack.appToken}` };
    const opened = await fetch(`${slack.apiUrl}apps.connections.open`, { method: 'POST', headers });
    const answer: unknown = await opened.json();
    if (!isObject(answer)) throw new Error('no address');
    const socket = new WebSocket(String(answer['url']));
    const envelopes: JsonObject[] = [];
    socket.onmessage = ({ data }) => {
      const frame: unknown = JSON.parse(String(data));
      if (!isObject(frame) || frame['type'] !== 'events_api') return;
      envelopes.push(frame);
      // Silent the first time.
      if (envelopes.length === 2) socket.send(JSON.stringify({ envelope_id: frame['envelope_id'] }));
    };
    await slack.connected();
    const { mirror: channel } = slack.channels;
    slack.change({ kind: 'joined', channel, user: slack.botUser });
    await localClient(slack.url).command({ user: slack.people.requester, channel, text: '@mirror hello' });
    expect(envelopes).toMatchObject([
      { retry_attempt: 0, accepts_response_payload: false },
      { retry_attempt: 1, retry_reason: 'timeout' },
    ]);
    const ids = envelopes.map((envelope) => objectAt(envelope, 'payload')['event_id']);
    expect(ids[0]).toBe(ids[1]);
    socket.close();
    await slack.close();
  });

  test('in a thread are no commands', () =>
    onStage({}, async ({ people, slack }) => {
      const { mirror: channel } = slack.channels;
      const user = slack.people.requester;
      const { ts = '' } = await people.command({ user, channel, text: 'root' });
      expect(await people.command({ user, channel, text: '/mirror nginx', thread_ts: ts })).toMatchObject({
        ok: false,
        error: 'not_in_threads',
      });
      expect((await people.transcript(channel)).ephemerals).toMatchObject([
        { thread_ts: ts, text: '/mirror is not supported in threads. Sorry!' },
      ]);
    }));
});

/** Resolves at the next change of this kind. */
async function followed(url: string, kind: string): Promise<void> {
  const stop = new AbortController();
  const events = await fetch(new URL('_local/events', url), { signal: stop.signal });
  const decoder = new TextDecoder();
  for await (const chunk of events.body ?? []) {
    if (decoder.decode(chunk).includes(`"kind":"${kind}"`)) break;
  }
  stop.abort();
}
