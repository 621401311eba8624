import { LogLevel, WebClient } from '@slack/web-api';
import { expect, test } from '@jest/globals';
import { checkSelf } from '../../bot/self-check.ts';
import { webClientOptions } from '../../bot/slack/client.ts';
import { parseConfig } from '../../core/config/parse.ts';
import type { Config } from '../../core/config/schema.ts';
import { type BotCheck, botFindings, SCOPES } from '../../core/health/bot-check.ts';
import { grantedScopes } from '../../local/slack/scopes.ts';
import { type SlackOptions, type SlackStandIn, startSlack } from '../../local/slack/start.ts';
import { silent } from './stage.ts';

const NOW = Date.UTC(2026, 0, 5, 9);

async function check(
  options: SlackOptions,
  configOf: (slack: SlackStandIn) => object = () => ({}),
  token?: string,
): Promise<BotCheck> {
  const slack = await startSlack({ rateLimits: 'off', ...options });
  try {
    const text = JSON.stringify({
      teams: [
        {
          id: 'default',
          prefixes: ['base-images'],
          approvers: { userGroups: [slack.userGroups.platformApprovers], users: [slack.people.approver] },
        },
      ],
      destinations: [{ name: 'prod', account: '123456789012', region: 'eu-central-1' }],
      channels: { default: slack.channels.mirror },
      ...configOf(slack),
    });
    const parsed = parseConfig(text);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const config: Config = parsed.config;
    const client = { ...webClientOptions(slack.apiUrl, 1_500), logger: silent, logLevel: LogLevel.ERROR };
    const web = new WebClient(token ?? slack.botToken, client);
    return await checkSelf({ web, config, now: () => NOW });
  } finally {
    await slack.close();
  }
}

const said = (found: BotCheck): readonly string[] => botFindings(found).map(({ what }) => what);

test('an app with all it needs finds nothing wrong', async () => {
  const found = await check({});
  expect(found).toMatchObject({ at: NOW, scopes: { missing: [] } });
  expect(found.channels).toHaveLength(1);
  expect(found.people).toMatchObject([{ standing: 'full' }]);
  expect(botFindings(found)).toEqual([]);
});

test('the scopes it checks are those that the app asks for', () => {
  expect(Object.keys(SCOPES).toSorted()).toEqual([...grantedScopes].toSorted());
});

test('a scope that was taken away is named, with what does not work', async () => {
  const found = await check({ scopes: grantedScopes.filter((scope) => scope !== 'usergroups:read') });
  expect(said(found)).toContain(
    'The app has no scope usergroups:read: asking who is in a group of approvers does not work.',
  );
  expect(botFindings(found)[0]?.fix).toContain('reinstall it');
});

test('a token that Slack does not take is told as the one thing that is wrong', async () => {
  const found = await check({}, () => ({}), 'xoxb-of-nobody');
  expect(found.lockedOut).toMatch(/invalid_auth|not_authed/);
  expect(said(found)).toHaveLength(1);
});

test('a channel, a group and a person that Slack does not know are told with where they are named', async () => {
  const found = await check({}, () => ({
    channels: { default: 'C0NOWHERE' },
    rules: [{ name: 'r', approvers: { userGroups: ['S0NOWHERE'], users: ['U0NOBODY'] } }],
  }));
  expect(said(found)).toEqual([
    'Slack shows the app no channel C0NOWHERE, which channels.default names.',
    'There is no user group S0NOWHERE, which rules[0].approvers.userGroups names.',
    'U0NOBODY, whom rules[0].approvers.users names, is no full member of the workspace, and cannot approve.',
  ]);
});
