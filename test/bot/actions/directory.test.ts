import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { webClientOptions } from '../../../bot/slack/client.ts';
import { type Directory, slackDirectory } from '../../../bot/slack/directory.ts';
import { type SlackStandIn, startSlack } from '../../../local/slack/start.ts';
import { answer } from '../notifier/slack-faults.ts';
import { silent } from '../stage.ts';

let slack: SlackStandIn;
let at = 1_000_000;
let directory: Directory;
beforeAll(async () => {
  slack = await startSlack({ rateLimits: 'off' });
});
afterAll(() => slack.close());
beforeEach(() => {
  const options = { ...webClientOptions(slack.apiUrl, 1_500), logger: silent };
  directory = slackDirectory(new WebClient(slack.botToken, options), () => at);
});

const group = 'S01PLATFORM';
const asked = () => slack.calls.filter(({ method }) => method === 'usergroups.users.list').length;

describe('the members of a group', () => {
  test('are remembered for 60 s, then asked for again', async () => {
    const before = asked();
    expect(await directory.groupsOf(slack.people.approver, [group])).toEqual([group]);
    expect(await directory.groupsOf(slack.people.outsider, [group])).toEqual([]);
    slack.change({ kind: 'group_changed', group, users: [slack.people.outsider] });
    at += 59_999;
    expect(await directory.groupsOf(slack.people.outsider, [group])).toEqual([]);
    expect(asked()).toBe(before + 1);
    at += 1;
    expect(await directory.groupsOf(slack.people.outsider, [group])).toEqual([group]);
    expect(asked()).toBe(before + 2);
    slack.change({ kind: 'group_changed', group, users: [slack.people.approver] });
  });

  test('are asked for once where several people click at the same time', async () => {
    const before = asked();
    await Promise.all([1, 2, 3].map(() => directory.groupsOf(slack.people.approver, [group])));
    expect(asked()).toBe(before + 1);
  });

  test('are not known where Slack fails, and the failure is not remembered', async () => {
    slack.faults.add(answer('usergroups.users.list', 'internal_error'));
    await expect(directory.groupsOf(slack.people.approver, [group])).rejects.toThrow('internal_error');
    expect(await directory.groupsOf(slack.people.approver, [group])).toEqual([group]);
  });

  test('are nobody’s where the group is gone', async () => {
    await expect(directory.groupsOf(slack.people.approver, ['S0GONE'])).rejects.toThrow('no_such_subteam');
  });
});

describe('a full member', () => {
  test.each([
    ['an approver', 'U01BOB00001', 'full'],
    ['not a guest', 'U01ERIN0001', 'not full'],
    ['not somebody deactivated', 'U01FRANK001', 'not full'],
    ['not an app', 'U01MIRROR01', 'not full'],
  ])('is %s', async (_, user, kind) => {
    expect(await directory.memberKind(user, slack.team)).toBe(kind);
  });

  test('is not somebody of another workspace', async () => {
    expect(await directory.memberKind('U01BOB00001', 'T0OTHER')).toBe('not full');
  });

  test.each([
    { is_stranger: true, team_id: 'T01ACME0001' },
    { is_ultra_restricted: true, team_id: 'T01ACME0001' },
    { is_bot: true, team_id: 'T01ACME0001' },
    {},
  ])('is not one of whom Slack says %j', async (user) => {
    const body = JSON.stringify({ ok: true, user: { id: 'U0X', ...user } });
    slack.faults.add({ ...answer('users.info', ''), kind: 'status', status: 200, body });
    expect(await directory.memberKind('U0X', slack.team)).toBe('not full');
  });

  test('is nobody whom Slack does not know: it throws, and the click is refused', async () => {
    await expect(directory.memberKind('U0NOBODY', slack.team)).rejects.toThrow('user_not_found');
  });
});
