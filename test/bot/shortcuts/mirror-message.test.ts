import { describe, expect, test } from '@jest/globals';
import { seen } from '../../integration/person.ts';
import { type BoltStage, onBolt } from '../bolt-stage.ts';

const topView = async ({ views }: BoltStage['alice']) => {
  const view = (await views()).at(-1);
  if (!view) throw new Error('no view is open');
  return view;
};

/** Alice's message and, for `thread`, her reply to it. */
async function said(stage: BoltStage, text: string, thread?: string): Promise<{ ts: string }> {
  const { ts = '' } = await stage.alice.say(text, thread === undefined ? {} : { thread });
  return { ts };
}

describe('"Mirror these images" on a message', () => {
  test('in a thread offers its images, asks for the chosen ones, and answers in the thread', () =>
    onBolt({}, async (stage) => {
      const { alice, bob, bot, slack, workRings } = stage;
      slack.change({ kind: 'joined', channel: slack.channels.mirror, user: slack.botUser });
      const root = await said(stage, 'what does the shop need?');
      const reply = await said(
        stage,
        'nginx:1.27-alpine, redis:7, postgres:16 and evil.example/x:1',
        root.ts,
      );
      expect(await bob.shortcut('mirror_message', reply)).toMatchObject({ ok: true });
      const choice = await topView(bob);
      expect(choice).toMatchObject({ title: 'Mirror these images' });
      const [boxes, note] = choice.blocks;
      expect(JSON.stringify(boxes)).toMatch(
        /nginx:1\.27-alpine.*to base-images\/nginx:1\.27-alpine.*redis:7.*postgres:16/,
      );
      expect(note?.type).toBe('input');
      expect(await bob.submit(choice.id, { images_0: ['0', '2'], reason: 'the shop' })).toEqual({ ok: true });
      const [id = ''] = workRings;
      expect(await bot.requests.get(id)).toMatchObject({
        requester: slack.people.approver,
        channel: slack.channels.mirror,
        reason: 'the shop',
        entries: {
          '1': { source: { repository: 'library/nginx' } },
          '2': { source: { repository: 'library/postgres' } },
        },
      });
      const whisper = await seen(slack, async () => (await stage.transcript()).ephemerals[0]);
      expect(whisper).toMatchObject({ user: slack.people.approver, thread_ts: root.ts });
      expect(whisper.text).toBe('Looking up 2 images. The request will appear here.');
      expect(await alice.whispers()).toEqual([]);
    }));

  test('asks for each image of a Dockerfile with the platform that its line names', () =>
    onBolt({}, async (stage) => {
      const { alice, bot, workRings } = stage;
      const text = '```\nFROM --platform=linux/amd64 node:24 AS build\nFROM nginx:1\n```';
      await alice.shortcut('mirror_message', await said(stage, text));
      expect(await alice.submit((await topView(alice)).id, {})).toEqual({ ok: true });
      const item = await bot.requests.get(workRings[0] ?? '');
      expect(item?.entries['1']).toMatchObject({
        source: { repository: 'library/node' },
        platforms: ['linux/amd64'],
      });
      expect(item?.entries['2']).toMatchObject({ source: { repository: 'library/nginx' } });
      expect(item?.entries['2']?.platforms).toBeUndefined();
    }));

  test('with one image opens the form with it, with none a form that says so', () =>
    onBolt({}, async (stage) => {
      const { alice } = stage;
      await alice.shortcut('mirror_message', await said(stage, 'please get `nginx:1.27-alpine`'));
      expect(JSON.stringify((await topView(alice)).blocks[0])).toContain(
        '"initial_value":"nginx:1.27-alpine"',
      );
      await alice.shortcut('mirror_message', await said(stage, 'lunch?'));
      expect(JSON.stringify((await topView(alice)).blocks[0])).toContain(
        'No image was found in this message',
      );
    }));

  test('refuses a choice of nothing, and two images that would stand in the same place', () =>
    onBolt({}, async (stage) => {
      const { alice, workRings } = stage;
      await alice.shortcut('mirror_message', await said(stage, 'nginx:1 or ghcr.io/acme/nginx:1'));
      const { id } = await topView(alice);
      expect(await alice.submit(id, { images_0: [] })).toMatchObject({
        errors: { images_0: 'Please complete this required field.' },
      });
      expect(await alice.submit(id, {})).toMatchObject({
        errors: {
          images_0: expect.stringMatching(/would both stand in base-images\/nginx:1: leave one out/),
        },
      });
      expect(workRings).toEqual([]);
    }));

  test('of 25 long names fits Slack’s limits', () =>
    onBolt({}, async (stage) => {
      const { alice } = stage;
      const names = Array.from({ length: 25 }, (_, n) => `ghcr.io/acme/${'a'.repeat(120)}-${n}:1.0`);
      await alice.shortcut('mirror_message', await said(stage, names.join(' ')));
      const choice = await topView(alice);
      const none = Object.fromEntries(
        choice.blocks.flatMap(({ block_id, type }) =>
          type === 'input' && block_id !== 'reason' ? [[String(block_id), []]] : [],
        ),
      );
      expect(await alice.submit(choice.id, none)).toMatchObject({
        errors: { images_0: 'Tick at least one image.' },
      });
      expect(JSON.stringify(choice.blocks)).toMatch(/more images? did not fit here/);
    }));
});
