import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../../core/config/parse.ts';
import type { ConfigInput } from '../../../core/config/schema.ts';
import { seen } from '../../integration/person.ts';
import { type BoltStage, onBolt } from '../bolt-stage.ts';
import { answer } from '../notifier/slack-faults.ts';

const configured = (more: Partial<ConfigInput>) => {
  const parsed = parseConfig(
    JSON.stringify({
      teams: [{ id: 'default', prefixes: ['base-images'], approvers: { userGroups: ['S01PLATFORM'] } }],
      destinations: [{ name: 'prod', account: '123456789012', region: 'eu-central-1' }],
      channels: { default: 'C01IMAGEREQ' },
      ...more,
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { bot: { config: parsed.config } };
};

const topView = async ({ views }: BoltStage['alice']) => {
  const view = (await views()).at(-1);
  if (!view) throw new Error('no view is open');
  return view;
};
const last = async ({ whispers }: BoltStage['alice']) => (await whispers()).at(-1) ?? '';

describe('the form that /mirror alone opens', () => {
  test('asks for what it is filled in with, and is answered where it was opened', () =>
    onBolt({}, async (stage) => {
      const { alice, bot, slack, workRings } = stage;
      await slackHasApp(stage);
      expect(await alice.command('/mirror')).toMatchObject({ ok: true });
      const form = await topView(alice);
      expect(form).toMatchObject({ title: 'Mirror an image', submit: 'Ask for it' });
      expect(form.blocks.map(({ block_id }) => block_id)).toEqual(['source', 'target', 'platform', 'reason']);
      const values = {
        source: 'docker pull nginx:1.27-alpine',
        target: 'base-images/nginx',
        platform: 'linux/amd64,linux/arm64',
        reason: 'front end of the shop',
      };
      expect(await alice.submit(form.id, values)).toEqual({ ok: true });
      expect(await alice.views()).toEqual([]);
      const [id = ''] = workRings;
      expect(await seen(slack, async () => (await alice.whispers())[0])).toBe(
        `Looking up \`nginx:1.27-alpine\`. The request will appear here. (${id})`,
      );
      expect(await bot.requests.get(id)).toMatchObject({
        requester: slack.people.requester,
        channel: slack.channels.mirror,
        reason: 'front end of the shop',
        entries: {
          '1': {
            source: { repository: 'library/nginx', tag: '1.27-alpine' },
            target: { repository: 'base-images/nginx' },
            platforms: ['linux/amd64', 'linux/arm64'],
          },
        },
      });
    }));

  test('says what is wrong under its field, keeps what was typed, and stores nothing', () =>
    onBolt(
      configured({
        rules: [{ name: 'no-latest', match: { source: '*:latest' }, decision: 'deny' }, { name: 'all' }],
      }),
      async ({ alice, workRings }) => {
        await alice.command('/mirror');
        const { id } = await topView(alice);
        const wrong: readonly [Record<string, string>, Record<string, RegExp>][] = [
          [{ source: 'Nginx:1' }, { source: /lower case.*Probably meant: nginx:1$/ }],
          [{ source: 'gchr.io/acme/app:1' }, { source: /not a source here.*ghcr\.io\/acme\/app:1$/ }],
          [{ source: 'nginx:1 a b c' }, { source: /one word too many/ }],
          [
            { source: 'nginx:1', target: 'other/nginx' },
            { target: /start with base-images.*base-images\/nginx$/ },
          ],
          [{ source: 'nginx:1', target: 'base-images/NGINX' }, { target: /not a name ECR takes/ }],
          [{ source: 'nginx:latest' }, { source: /rule no-latest denies it/ }],
          [{ source: '' }, { source: /complete this required field/ }],
        ];
        for (const [values, errors] of wrong) {
          const answered = await alice.submit(id, values);
          expect(answered.response_action).toBe('errors');
          expect(Object.keys(answered.errors ?? {})).toEqual(Object.keys(errors));
          for (const [field, text] of Object.entries(errors)) expect(answered.errors?.[field]).toMatch(text);
        }
        expect((await topView(alice)).id).toBe(id);
        expect(workRings).toEqual([]);
      },
    ));

  test('that was submitted twice asks once', () =>
    onBolt({}, async (stage) => {
      const { alice, slack, workRings } = stage;
      await alice.command('/mirror');
      const { id } = await topView(alice);
      const both = await Promise.all([
        alice.submit(id, { source: 'nginx:1' }),
        alice.submit(id, { source: 'nginx:1' }),
      ]);
      expect(both.filter(({ ok }) => ok).length).toBeGreaterThan(0);
      expect(new Set(workRings).size).toBe(1);
      expect(slack.calls.filter(({ method }) => method === 'views.open')).toHaveLength(1);
    }));

  test('in a place where the app may not speak is answered by a direct message', () =>
    onBolt({}, async (stage) => {
      const { alice, slack } = stage;
      await alice.command('/mirror', slack.channels.privateShop);
      const { id } = await topView(alice);
      await alice.submit(id, { source: 'nginx:1' });
      const direct = await seen(slack, async () => (await stage.directs())[0]);
      expect(JSON.stringify(direct)).toContain('Looking up');
    }));

  test('that did not open says so, with a button that has a trigger of its own', () =>
    onBolt({}, async (stage) => {
      const { alice, slack } = stage;
      slack.faults.add(answer('views.open', 'expired_trigger_id'));
      await alice.command('/mirror');
      expect(await last(alice)).toMatch(/did not open the form in time/);
      const hint = (await stage.transcript()).ephemerals.at(-1) ?? { ts: '' };
      await alice.click(hint, 'open_form');
      expect((await topView(alice)).title).toBe('Mirror an image');
    }));

  test('over a database that does not answer says that it is not sure', () =>
    onBolt({}, async ({ alice, database }) => {
      await alice.command('/mirror');
      const { id } = await topView(alice);
      database.add({
        kind: 'cut',
        match: ({ headers }) => headers['x-amz-target'] === 'DynamoDB_20120810.PutItem',
        times: 9,
      });
      expect(await alice.submit(id, { source: 'nginx:1' })).toMatchObject({ response_action: 'update' });
      expect(await topView(alice)).toMatchObject({ title: 'Not sure' });
    }));
});

describe('the form that the global shortcut opens', () => {
  const two = configured({
    teams: [
      { id: 'default', prefixes: ['base-images'], approvers: { userGroups: ['S01PLATFORM'] } },
      {
        id: 'shop',
        prefixes: ['shop'],
        channels: ['C01SHOPPRIV'],
        approvers: { userGroups: ['S01PLATFORM'] },
      },
    ],
    destinations: [
      { name: 'prod', account: '123456789012', region: 'eu-central-1' },
      { name: 'test', account: '210987654321', region: 'eu-central-1' },
    ],
  });

  test('asks for the team and the destination where there are several, and says in the form what became of it', () =>
    onBolt(two, async ({ alice, bot, slack, workRings }) => {
      expect(await alice.shortcut('mirror_image')).toMatchObject({ ok: true });
      const form = await topView(alice);
      expect(form.blocks.map(({ block_id }) => block_id)).toEqual([
        ...['source', 'target', 'team', 'platform', 'destination', 'reason'],
      ]);
      const values = { source: 'nginx:1.27-alpine', team: 'shop', destination: 'test' };
      expect(await alice.submit(form.id, values)).toMatchObject({ response_action: 'update' });
      const said = await topView(alice);
      expect(said).toMatchObject({ title: 'Asked for' });
      expect(JSON.stringify(said.blocks)).toContain(`in <#${slack.channels.privateShop}>`);
      expect(await bot.requests.get(workRings[0] ?? '')).toMatchObject({
        team: 'shop',
        channel: slack.channels.privateShop,
        entries: {
          '1': { target: { repository: 'shop/nginx', destination: 'test', account: '210987654321' } },
        },
      });
    }));
});

async function slackHasApp({ slack }: BoltStage): Promise<void> {
  slack.change({ kind: 'joined', channel: slack.channels.mirror, user: slack.botUser });
}
