import { describe, expect, test } from '@jest/globals';
import { localClient } from '../../../local/slack/local-client.ts';
import { grantedScopes } from '../../../local/slack/scopes.ts';
import { type SlackOptions, type SlackStandIn, startSlack } from '../../../local/slack/start.ts';
import { refusal, webClient } from './with-bolt.ts';

async function withSlack(
  options: SlackOptions,
  scene: (slack: SlackStandIn) => Promise<void>,
): Promise<void> {
  const slack = await startSlack(options);
  try {
    await scene(slack);
  } finally {
    await slack.close();
  }
}

const post = async (slack: SlackStandIn, method: string, init: RequestInit) => {
  const response = await fetch(slack.apiUrl + method, { method: 'POST', ...init });
  return response.json();
};

test('auth.test says who the app is', () =>
  withSlack({}, async (slack) => {
    expect(await webClient(slack).auth.test()).toMatchObject({
      ok: true,
      team_id: slack.team,
      user_id: slack.botUser,
      bot_id: expect.stringMatching(/^B/),
    });
  }));

test('tokens are checked, and each kind does its own methods only', () =>
  withSlack({}, async (slack) => {
    expect(await post(slack, 'auth.test', {})).toEqual({ ok: false, error: 'not_authed' });
    expect(await refusal(webClient(slack, 'xoxb-wrong').auth.test())).toMatchObject({
      error: 'invalid_auth',
    });
    expect(await refusal(webClient(slack, slack.appToken).auth.test())).toMatchObject({
      error: 'not_allowed_token_type',
    });
    expect(await refusal(webClient(slack).apps.connections.open({}))).toMatchObject({
      error: 'not_allowed_token_type',
    });
    const body = new URLSearchParams({ token: slack.appToken });
    expect(await post(slack, 'apps.connections.open', { body })).toMatchObject({ error: 'not_authed' });
    expect(
      await post(slack, 'auth.test', { body: new URLSearchParams({ token: slack.botToken }) }),
    ).toMatchObject({
      ok: true,
    });
  }));

test('a method that nobody built is unknown, also one that every object has', () =>
  withSlack({}, async (slack) => {
    for (const method of ['reactions.add', 'constructor', ''])
      expect(await post(slack, method, {})).toMatchObject({ ok: false, error: 'unknown_method' });
  }));

describe('without its scope a method is refused with what it needs', () => {
  type Call = (slack: SlackStandIn) => Promise<unknown>;
  const calls: readonly [string, string, Call][] = [
    [
      'chat.postMessage',
      'chat:write',
      (s) => webClient(s).chat.postMessage({ channel: s.people.requester, text: 'a' }),
    ],
    [
      'conversations.join',
      'channels:join',
      (s) => webClient(s).conversations.join({ channel: s.channels.mirror }),
    ],
    [
      'conversations.info',
      'channels:read',
      (s) => webClient(s).conversations.info({ channel: s.channels.mirror }),
    ],
    ['conversations.open', 'im:write', (s) => webClient(s).conversations.open({ users: s.people.requester })],
    ['users.info', 'users:read', (s) => webClient(s).users.info({ user: s.people.requester })],
    ['usergroups.list', 'usergroups:read', (s) => webClient(s).usergroups.list({})],
    [
      'usergroups.users.list',
      'usergroups:read',
      (s) => webClient(s).usergroups.users.list({ usergroup: s.userGroups.platformApprovers }),
    ],
  ];
  test.each(calls)('%s needs %s', async (_method, needed, call) => {
    const scopes = grantedScopes.filter((scope) => scope !== needed);
    await withSlack({ scopes }, async (slack) => {
      expect(await refusal(call(slack))).toMatchObject({
        error: 'missing_scope',
        needed,
        provided: scopes.join(','),
      });
    });
    await withSlack({}, async (slack) => {
      await expect(call(slack)).resolves.toMatchObject({ ok: true });
    });
  });

  test('conversations.history needs the scope of the kind of channel', async () => {
    const scopes = grantedScopes.filter((scope) => scope !== 'im:history');
    await withSlack({ scopes }, async (slack) => {
      const { chat, conversations } = webClient(slack);
      const { channel = '' } = await chat.postMessage({ channel: slack.people.requester, text: 'a' });
      expect(await refusal(conversations.history({ channel }))).toMatchObject({ needed: 'im:history' });
      await conversations.join({ channel: slack.channels.mirror });
      expect(await conversations.history({ channel: slack.channels.mirror })).toMatchObject({ ok: true });
    });
  });
});

test('people, guests and the deactivated can be told apart', () =>
  withSlack({}, async (slack) => {
    const info = async (user: string) => (await webClient(slack).users.info({ user })).user;
    expect(await info(slack.people.requester)).toMatchObject({
      name: 'alice',
      deleted: false,
      is_restricted: false,
    });
    expect(await info(slack.people.guest)).toMatchObject({ is_restricted: true });
    expect(await info(slack.people.deactivated)).toMatchObject({ deleted: true });
    expect(await info(slack.botUser)).toMatchObject({ is_bot: true });
    expect(await refusal(info('U01NOBODY01'))).toMatchObject({ error: 'user_not_found' });
  }));

test('a user group lists its members, and the change of a member shows at once', () =>
  withSlack({}, async (slack) => {
    const { approver, approver2 } = slack.people;
    const { platformApprovers: group } = slack.userGroups;
    const { usergroups } = webClient(slack);
    expect((await usergroups.users.list({ usergroup: group })).users).toEqual([approver, approver2]);
    expect((await usergroups.list({ include_users: true })).usergroups).toMatchObject([
      { id: group, handle: 'platform-approvers', users: [approver, approver2] },
    ]);
    slack.change({ kind: 'group_changed', group, users: [approver2] });
    expect((await usergroups.users.list({ usergroup: group })).users).toEqual([approver2]);
    expect(await refusal(usergroups.users.list({ usergroup: 'S01NOTHING1' }))).toMatchObject({
      error: 'no_such_subteam',
    });
  }));

test('each person is shown the channels they may see, and their messages with the app', () =>
  withSlack({}, async (slack) => {
    const people = localClient(slack.url);
    const seen = async (user: string) =>
      (await people.state(user)).channels.map((channel) => channel.name).sort();
    const { requester, outsider, guest } = slack.people;
    expect(await seen(requester)).toEqual([
      'archived',
      'general',
      'image-requests',
      'mirror',
      'shop-private',
    ]);
    expect(await seen(outsider)).toEqual(['archived', 'general', 'image-requests', 'mirror']);
    expect(await seen(guest)).toEqual(['image-requests', 'mirror']);
  }));

test('chat.postMessage is slowed down to one a second and channel after a burst, by 429 with Retry-After', async () => {
  let clock = 1_800_000_000_000;
  await withSlack({ now: () => clock, rateLimits: 'strict' }, async (slack) => {
    const call = (channel: string) =>
      fetch(`${slack.apiUrl}chat.postMessage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${slack.botToken}` },
        body: new URLSearchParams({ channel, text: 'a' }),
      });
    const { requester, approver } = slack.people;
    for (let n = 0; n < 5; n += 1) expect((await call(requester)).status).toBe(200);
    const refused = await call(requester);
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
      429,
      '1',
      { ok: false, error: 'ratelimited' },
    ]);
    expect((await call(approver)).status).toBe(200);
    clock += 999;
    expect((await call(requester)).status).toBe(429);
    clock += 1;
    expect((await call(requester)).status).toBe(200);
  });
});

test('every call is kept with its arguments and answer, and without its token', () =>
  withSlack({}, async (slack) => {
    await post(slack, 'users.info', {
      body: new URLSearchParams({ token: slack.botToken, user: slack.people.requester }),
    });
    expect(slack.calls).toMatchObject([
      { method: 'users.info', arguments: { user: slack.people.requester }, answer: { ok: true } },
    ]);
    expect(JSON.stringify(slack.calls)).not.toContain(slack.botToken);
  }));

test("a web page of somebody else's cannot act as people", () =>
  withSlack({}, async (slack) => {
    const response = await fetch(`${slack.url}_local/command`, {
      method: 'POST',
      headers: { origin: 'http://evil.example' },
      body: JSON.stringify({ user: slack.people.requester, channel: slack.channels.mirror, text: 'hello' }),
    });
    expect(response.status).toBe(403);
    expect((await localClient(slack.url).transcript(slack.channels.mirror)).messages).toEqual([]);
  }));
