import { describe, expect, test } from '@jest/globals';
import { localClient } from '../../../local/slack/local-client.ts';
import { type SlackStandIn, startSlack } from '../../../local/slack/start.ts';
import { refusal, webClient } from './with-bolt.ts';

let slack: SlackStandIn;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(() => slack.close());

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const metadata = { event_type: 'request', event_payload: { id: 'M-7F3K', event: 3 } };

describe('posting needs membership', () => {
  test('a public channel after conversations.join, which may be called twice', async () => {
    const { chat, conversations } = webClient(slack);
    const { mirror: channel } = slack.channels;
    expect(await refusal(chat.postMessage({ channel, text: 'hello' }))).toMatchObject({
      error: 'not_in_channel',
    });
    expect(await refusal(conversations.history({ channel }))).toMatchObject({ error: 'not_in_channel' });
    expect(await conversations.info({ channel })).toMatchObject({ channel: { is_member: false } });

    expect(await conversations.join({ channel })).toMatchObject({
      channel: { id: channel, is_member: true },
    });
    expect(await conversations.join({ channel })).toMatchObject({ warning: 'already_in_channel' });
    expect(await chat.postMessage({ channel, text: 'hello' })).toMatchObject({ ok: true, channel });
    expect(await conversations.members({ channel })).toMatchObject({
      members: expect.arrayContaining([slack.botUser, slack.people.requester]),
    });
  });

  test('a private channel does not exist for the app until somebody invites it', async () => {
    const { chat, conversations } = webClient(slack);
    const { privateShop: channel } = slack.channels;
    for (const call of [
      () => chat.postMessage({ channel, text: 'hello' }),
      () => conversations.join({ channel }),
      () => conversations.info({ channel }),
      () => conversations.members({ channel }),
      () => conversations.history({ channel }),
    ])
      expect(await refusal(call())).toMatchObject({ error: 'channel_not_found' });

    await localClient(slack.url).command({ user: slack.people.requester, channel, text: '/invite @mirror' });
    expect(await chat.postMessage({ channel, text: 'hello' })).toMatchObject({ ok: true });
    await localClient(slack.url).command({ user: slack.people.requester, channel, text: '/remove @mirror' });
    expect(await refusal(chat.postMessage({ channel, text: 'hello' }))).toMatchObject({
      error: 'channel_not_found',
    });
  });

  test('an archived channel takes neither the app nor its messages, and no edits', async () => {
    const { chat, conversations } = webClient(slack);
    const { archived, general: channel } = slack.channels;
    expect(await refusal(conversations.join({ channel: archived }))).toMatchObject({ error: 'is_archived' });
    await conversations.join({ channel });
    const { ts = '' } = await chat.postMessage({ channel, text: 'hello' });
    await localClient(slack.url).command({ user: slack.people.requester, channel, text: '/archive' });
    expect(await refusal(chat.postMessage({ channel, text: 'hello' }))).toMatchObject({
      error: 'is_archived',
    });
    expect(await refusal(chat.update({ channel, ts, text: 'bye' }))).toMatchObject({ error: 'is_inactive' });
  });

  test("a person's id opens direct messages, a deactivated one's does not", async () => {
    const { chat, conversations } = webClient(slack);
    const { requester, deactivated } = slack.people;
    const { channel = '', ts } = await chat.postMessage({
      channel: requester,
      text: 'Your image is in ECR.',
    });
    expect(channel).toMatch(/^D/);
    expect((await conversations.open({ users: requester })).channel?.id).toBe(channel);
    expect(await conversations.history({ channel })).toMatchObject({ messages: [{ ts }] });
    const people = localClient(slack.url);
    expect((await people.transcript(channel, requester)).messages).toMatchObject([{ ts }]);
    await expect(people.transcript(channel, slack.people.approver)).rejects.toThrow('channel_not_found');
    expect(await refusal(conversations.open({ users: deactivated }))).toMatchObject({
      error: 'user_disabled',
    });
    expect(await refusal(chat.postMessage({ channel: deactivated, text: 'hello' }))).toMatchObject({
      error: 'channel_not_found',
    });
  });

  test('an ephemeral needs its person in the channel', async () => {
    const { chat, conversations } = webClient(slack);
    const { general: channel } = slack.channels;
    await conversations.join({ channel });
    expect(
      await refusal(chat.postEphemeral({ channel, user: slack.people.guest, text: 'hello' })),
    ).toMatchObject({ error: 'user_not_in_channel' });
  });
});

describe('editing', () => {
  test('a text without blocks takes the blocks away, metadata stays until an empty object comes', async () => {
    const { chat, conversations } = webClient(slack);
    const { mirror: channel } = slack.channels;
    await conversations.join({ channel });
    const { ts = '' } = await chat.postMessage({ channel, text: 'one', blocks: [section('one')], metadata });
    const shown = async () => (await localClient(slack.url).transcript(channel)).messages[0];

    await chat.update({ channel, ts, text: 'two', blocks: [section('two')] });
    expect(await shown()).toMatchObject({ text: 'two', blocks: [section('two')], metadata });
    expect(await shown()).not.toHaveProperty('edited');

    await chat.update({ channel, ts, text: 'three' });
    expect(await shown()).toMatchObject({ text: 'three', blocks: [], edited: true, metadata });

    await fetch(`${slack.apiUrl}chat.update`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel, ts, text: 'four', metadata: {} }),
    });
    expect(await shown()).not.toHaveProperty('metadata');
  });

  test("only the app's own messages, and only those that exist", async () => {
    const { chat, conversations } = webClient(slack);
    const { mirror: channel } = slack.channels;
    await conversations.join({ channel });
    const people = localClient(slack.url);
    const { ts = '' } = await people.command({ user: slack.people.requester, channel, text: 'hello' });
    expect(await refusal(chat.update({ channel, ts, text: 'bye' }))).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await refusal(chat.delete({ channel, ts }))).toMatchObject({ error: 'cant_delete_message' });
    expect(await refusal(chat.update({ channel, ts: '1.000001', text: 'bye' }))).toMatchObject({
      error: 'message_not_found',
    });
    const { ts: own = '' } = await chat.postMessage({ channel, text: 'hello' });
    await chat.delete({ channel, ts: own });
    expect((await people.transcript(channel)).messages).toMatchObject([{ ts }]);
  });

  test('a text above 4,000 characters is refused by chat.update and cut at 40,000 by chat.postMessage', async () => {
    const { chat, conversations } = webClient(slack);
    const { mirror: channel } = slack.channels;
    await conversations.join({ channel });
    const { ts = '' } = await chat.postMessage({ channel, text: 'hello' });
    expect(await chat.update({ channel, ts, text: 'x'.repeat(4_000) })).toMatchObject({ ok: true });
    expect(await refusal(chat.update({ channel, ts, text: 'x'.repeat(4_001) }))).toMatchObject({
      error: 'msg_too_long',
    });
    expect(await chat.postMessage({ channel, text: 'x'.repeat(40_001) })).toMatchObject({
      warning: 'message_truncated',
    });
  });
});

describe('reading', () => {
  test('history is newest first without replies, pages by cursor, and is cut by oldest and latest', async () => {
    const { chat, conversations } = webClient(slack);
    const { mirror: channel } = slack.channels;
    await conversations.join({ channel });
    const ts: string[] = [];
    for (const text of ['a', 'b', 'c']) ts.push((await chat.postMessage({ channel, text })).ts ?? '');
    const [a = '', b = '', c = ''] = ts;
    const reply = await chat.postMessage({ channel, thread_ts: a, text: 'reply' });
    const list = async (args: object) =>
      (await conversations.history({ channel, ...args })).messages?.map((m) => m.ts);

    expect(await list({})).toEqual([c, b, a]);
    expect(await list({ oldest: a })).toEqual([c, b]);
    expect(await list({ oldest: a, inclusive: true, latest: c })).toEqual([c, b, a]);
    expect(await list({ latest: c })).toEqual([b, a]);
    const page = await conversations.history({ channel, limit: 2 });
    expect(page).toMatchObject({ has_more: true, messages: [{ ts: c }, { ts: b }] });
    expect(await list({ limit: 2, cursor: page.response_metadata?.next_cursor })).toEqual([a]);
    expect(await conversations.history({ channel, limit: 1, latest: b })).toMatchObject({
      messages: [{ ts: a, reply_count: 1, latest_reply: reply.ts }],
    });
    expect(await refusal(conversations.history({ channel, cursor: 'nonsense' }))).toMatchObject({
      error: 'invalid_cursor',
    });
  });

  test('a thread is read oldest first, by its parent or any reply, and metadata only on request', async () => {
    const { chat, conversations } = webClient(slack);
    const { mirror: channel } = slack.channels;
    await conversations.join({ channel });
    const { ts: parent = '' } = await chat.postMessage({ channel, text: 'card' });
    const { ts: first = '' } = await chat.postMessage({ channel, thread_ts: parent, text: '1', metadata });
    const { ts: second = '' } = await chat.postMessage({ channel, thread_ts: first, text: '2' });

    const { messages = [] } = await conversations.replies({ channel, ts: second });
    expect(messages.map((message) => message.ts)).toEqual([parent, first, second]);
    expect(messages[1]).toMatchObject({ thread_ts: parent, metadata: { event_type: 'request' } });
    expect(messages[1]?.metadata).not.toHaveProperty('event_payload');
    expect(
      (await conversations.replies({ channel, ts: parent, include_all_metadata: true })).messages?.[1],
    ).toMatchObject({ metadata });
    expect(await refusal(conversations.replies({ channel, ts: '1.000001' }))).toMatchObject({
      error: 'thread_not_found',
    });
    expect(await refusal(chat.postMessage({ channel, thread_ts: '1.000001', text: 'lost' }))).toMatchObject({
      error: 'thread_not_found',
    });
    expect((await localClient(slack.url).transcript(channel)).messages).toMatchObject([
      { ts: parent, replies: [{ ts: first }, { ts: second }] },
    ]);
  });

  test('a permalink leads to the thread on the page', async () => {
    const { chat, conversations } = webClient(slack);
    const { mirror: channel } = slack.channels;
    await conversations.join({ channel });
    const { ts: parent = '' } = await chat.postMessage({ channel, text: 'card' });
    const { ts: reply = '' } = await chat.postMessage({ channel, thread_ts: parent, text: '1' });
    const { permalink = '' } = await chat.getPermalink({ channel, message_ts: reply });
    expect(permalink).toContain(`/archives/${channel}/p${reply.replace('.', '')}`);
    const response = await fetch(permalink, { redirect: 'manual' });
    expect(response.headers.get('location')).toBe(`/#channel=${channel}&thread=${parent}`);
    expect(await refusal(chat.getPermalink({ channel, message_ts: '1.000001' }))).toMatchObject({
      error: 'message_not_found',
    });
  });
});

test('metadata without a type or with a payload that is no object is refused', async () => {
  const { chat, conversations } = webClient(slack);
  const { mirror: channel } = slack.channels;
  await conversations.join({ channel });
  expect(
    await refusal(chat.postMessage({ channel, text: 'a', metadata: { event_type: '', event_payload: {} } })),
  ).toMatchObject({ error: 'invalid_metadata_format' });
});

test('blocks without a text for notifications are refused', async () => {
  const { chat, conversations } = webClient(slack);
  const { mirror: channel } = slack.channels;
  await conversations.join({ channel });
  expect(await refusal(chat.postMessage({ channel, text: '', blocks: [section('one')] }))).toMatchObject({
    error: 'no_text',
  });
});

test('a lost answer leaves the message posted, to be found by its metadata', async () => {
  const { chat, conversations } = webClient(slack);
  const { mirror: channel } = slack.channels;
  await conversations.join({ channel });
  slack.faults.add({ kind: 'lost', match: (request) => request.url === '/api/chat.postMessage' });
  await expect(chat.postMessage({ channel, text: 'card', metadata })).rejects.toThrow();
  const { messages } = await conversations.history({ channel, include_all_metadata: true });
  expect(messages).toMatchObject([{ text: 'card', metadata }]);
});
