import { describe, expect, test } from '@jest/globals';
import { type CommandArgs, mirrorCommand } from '../../../bot/commands/mirror.ts';
import { onBolt } from '../bolt-stage.ts';
import { operation } from '../faulty-dynamodb.ts';

const last = async (person: { whispers(channel?: string): Promise<readonly string[]> }, channel?: string) =>
  (await person.whispers(channel)).at(-1) ?? '';

describe('/mirror', () => {
  test('stores the request, rings the worker, and says that it is looked up', () =>
    onBolt({}, async ({ alice, slack, bot, workRings }) => {
      expect(await alice.command('/mirror nginx:1.21-alpine base-images/nginx')).toMatchObject({ ok: true });
      const [id = ''] = workRings;
      expect(await last(alice)).toBe(
        `Looking up \`nginx:1.21-alpine\`. The request will appear here. (${id})`,
      );
      expect(await bot.requests.get(id)).toMatchObject({
        state: 'resolving',
        requester: slack.people.requester,
        channel: slack.channels.mirror,
        workspace: slack.team,
        entries: {
          '1': { source: { repository: 'library/nginx' }, target: { repository: 'base-images/nginx' } },
        },
      });
    }));

  test('of another workspace’s person, in a shared channel, asks for nothing', () =>
    onBolt({}, async ({ bot, slack, workRings }) => {
      const said: { text?: string }[] = [];
      // The stand-in has one workspace: the command is handed over as Bolt would.
      await mirrorCommand(bot, {
        command: { text: 'nginx:1.21-alpine base-images/nginx', team_id: 'T09OTHER001', trigger_id: '1.2.x' },
        context: { teamId: slack.team },
        ack: async (answer: { text?: string }) => void said.push(answer),
      } as unknown as CommandArgs);
      expect(said.map(({ text }) => text)).toEqual([
        'Only members of the workspace that runs this app can ask here.',
      ]);
      expect(workRings).toEqual([]);
    }));

  test('without a target goes to the team’s first prefix', () =>
    onBolt({}, async ({ alice, bot, workRings }) => {
      await alice.command('/mirror ghcr.io/acme/tool:2');
      expect(await bot.requests.get(workRings[0] ?? '')).toMatchObject({
        entries: { '1': { target: { repository: 'base-images/tool', tag: '2' } } },
      });
    }));

  test.each([
    ['/mirror help', /repositories start with `base-images`/],
    ['/mirror a b c', /c is one word too many/],
    ['/mirror nginx:1 --platfrom linux/amd64', /no option of \/mirror; --platform, --tag/],
    ['/mirror Nginx:1', /repository names are lower case/],
    ['/mirror evil.example/nginx', /is not a source here/],
    ['/mirror nginx Base_Images/nginx', /not a name ECR takes/],
    ['/mirror nginx other/nginx', /repositories start with base-images\./],
    ['/mirror nginx <!channel>', /not a name ECR takes/],
  ])('%j is answered at once, and nothing is stored', (text, answer) =>
    onBolt({}, async ({ alice, workRings }) => {
      expect(await alice.command(text)).toMatchObject({ ok: true });
      expect(await last(alice)).toMatch(answer);
      expect(workRings).toEqual([]);
    }),
  );

  test.each([
    ['/mirror Nginx:1', '/mirror Nginx:1\n        ^', '/mirror nginx:1'],
    [
      '/mirror “nginx:1” Base_Images/web',
      '/mirror "nginx:1" Base_Images/web\n                  ^',
      '/mirror nginx:1 base-images/web',
    ],
    [
      '/mirror nginx:1 base-image/web --to prod',
      '/mirror nginx:1 base-image/web --to prod\n                ^',
      '/mirror nginx:1 base-images/web --to prod',
    ],
    [
      '/mirror nginx:1 --to prdo',
      '/mirror nginx:1 --to prdo\n                     ^',
      'Probably meant: --to prod.',
    ],
    [
      '/mirror nginx:1 --platfrom linux/amd64',
      '/mirror nginx:1 --platfrom linux/amd64\n                ^',
      '/mirror nginx:1 --platform linux/amd64',
    ],
    ['/mirror gchr.io/acme/app:1', '/mirror gchr.io/acme/app:1\n        ^', '/mirror ghcr.io/acme/app:1'],
    ['/mirror nginx:1.2\u0435', '/mirror nginx:1.2\u0435\n                 ^', 'plain ASCII'],
  ])(
    '%j: a mistake in an image, a target or a destination has a caret below it, and the command that was meant',
    (text, caret, meant) =>
      onBolt({}, async ({ alice, workRings }) => {
        await alice.command(text);
        const said = await last(alice);
        expect(said).toContain(`\`\`\`${caret}\`\`\``);
        expect(said).toContain(meant);
        expect(workRings).toEqual([]);
      }),
  );

  test('with a reason, a tag, a platform and a destination stores what was meant', () =>
    onBolt({}, async ({ alice, bot, workRings }) => {
      await alice.command(
        '/mirror docker pull nginx:1.21-alpine —platform linux/amd64 --tag stable --to PROD --reason “for the shop”',
      );
      expect(await bot.requests.get(workRings[0] ?? '')).toMatchObject({
        reason: 'for the shop',
        entries: {
          '1': {
            source: { repository: 'library/nginx', tag: '1.21-alpine' },
            target: { repository: 'base-images/nginx', tag: 'stable', destination: 'prod' },
            platforms: ['linux/amd64'],
          },
        },
      });
    }));

  test('in a channel without the app says where the card will be', () =>
    onBolt({}, async ({ alice, slack }) => {
      const { mirror, privateShop } = slack.channels;
      await alice.command('/mirror nginx:1.21-alpine', privateShop);
      expect(await last(alice, privateShop)).toContain(`here if this app is a member, else in <#${mirror}>`);
    }));

  test('whose write was cut off says that nobody knows, within Slack’s 3 s', () =>
    onBolt({}, async ({ alice, database, workRings }) => {
      database.add({ kind: 'cut', match: operation('PutItem'), times: 9 });
      expect(await alice.command('/mirror nginx:1.21-alpine')).toMatchObject({ ok: true });
      expect(await last(alice)).toMatch(/database did not answer.*nginx:1\.21-alpine.*ask again/);
      expect(workRings).toEqual([]);
    }));

  test('that the database keeps waiting is answered before Slack gives up', () =>
    onBolt({}, async ({ alice, database }) => {
      let release = (): void => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      database.add({ kind: 'hold', release: held, match: operation('PutItem') });
      expect(await alice.command('/mirror nginx:1.21-alpine')).toMatchObject({ ok: true });
      expect(await last(alice)).toMatch(/not sure whether nginx:1\.21-alpine was asked for/);
      release();
    }));
});
