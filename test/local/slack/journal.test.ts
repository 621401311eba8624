import { expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localClient } from '../../../local/slack/local-client.ts';
import { type SlackStandIn, startSlack } from '../../../local/slack/start.ts';
import { webClient } from './with-bolt.ts';

test('messages, edits, ephemerals and memberships are there again after a restart on the same folder', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'slack-'));
  const running: SlackStandIn[] = [];
  const start = async (now: () => number) => {
    const slack = await startSlack({ dataDir, now });
    running.push(slack);
    return slack;
  };
  try {
    const first = await start(() => 1_800_000_000_000);
    const { mirror: channel, privateShop, general } = first.channels;
    const { requester: user, approver, approver2, deactivated } = first.people;
    const { chat, conversations } = webClient(first);
    await conversations.join({ channel });
    const { ts: card = '' } = await chat.postMessage({ channel, text: 'card' });
    const { ts: reply = '' } = await chat.postMessage({ channel, thread_ts: card, text: 'reply' });
    const { ts: gone = '' } = await chat.postMessage({ channel, text: 'gone' });
    await chat.delete({ channel, ts: gone });
    await chat.update({ channel, ts: card, text: 'card, edited' });
    await chat.postEphemeral({ channel, user, text: 'only you' });
    await chat.postMessage({ channel: user, text: 'direct' });
    const people = localClient(first.url);
    await people.command({ user, channel: privateShop, text: '/invite @mirror' });
    await people.command({ user, channel: general, text: '/archive' });
    const group = first.userGroups.platformApprovers;
    first.change({ kind: 'group_changed', group, users: [approver2] });
    first.change({ kind: 'deactivated', user: approver });
    const before = await people.transcript(channel, user);

    // Not closed: kill -9 gives no notice either. The clock has even gone back meanwhile.
    const second = await start(() => 1_700_000_000_000);
    const again = localClient(second.url);
    const api = webClient(second);
    expect(await again.transcript(channel, user)).toEqual(before);
    expect(before).toMatchObject({
      messages: [{ ts: card, text: 'card, edited', replies: [{ ts: reply }] }],
      ephemerals: [{ user, text: 'only you' }],
    });
    expect(await api.chat.postMessage({ channel: privateShop, text: 'still a member' })).toMatchObject({
      ok: true,
    });
    const { channel: dm } = await api.conversations.open({ users: user });
    expect((await again.transcript(dm?.id ?? '', user)).messages).toMatchObject([{ text: 'direct' }]);
    expect(await api.conversations.info({ channel: general })).toMatchObject({
      channel: { is_archived: true },
    });
    expect((await api.usergroups.users.list({ usergroup: group })).users).toEqual([approver2]);
    for (const id of [approver, deactivated])
      expect((await api.users.info({ user: id })).user).toMatchObject({ deleted: true });
    const { ts: next = '' } = await api.chat.postMessage({ channel, text: 'next' });
    expect(next > gone).toBe(true);
  } finally {
    for (const slack of running) await slack.close();
    await rm(dataDir, { recursive: true });
  }
});

test('a message is in the journal before the answer comes', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'slack-'));
  const slack = await startSlack({ dataDir });
  try {
    await webClient(slack).chat.postMessage({ channel: slack.people.requester, text: 'written first' });
    expect(await readFile(join(dataDir, 'slack.jsonl'), 'utf8')).toContain('written first');
  } finally {
    await slack.close();
    await rm(dataDir, { recursive: true });
  }
});
