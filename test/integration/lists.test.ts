import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Person, repliesOf, seen, textOf } from './person.ts';
import {
  approve,
  cardOf,
  dialog,
  eventually,
  itemOf,
  settled,
  type Stage,
  startStage,
  threadOf,
} from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

/** `nginx` three times and `redis`, each for a repository of its own. */
const SOURCES = ['nginx:1.21-alpine', 'nginx:1.22-alpine', 'nginx:1.23-alpine', 'redis:6.2'];
const lines = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${SOURCES[at % SOURCES.length]} base-images/${name}-${at + 1}`);

/** Alice types it; resolves with the ids of her requests, in order. */
async function askList(text: string): Promise<readonly string[]> {
  const { alice, slack } = stage;
  const before = (await alice.whispers()).length;
  await alice.command(text);
  const said = await seen(slack, async () => (await alice.whispers())[before]);
  return idsIn(said);
}
const idsIn = (said: string): readonly string[] => said.match(/M-[0-9A-Z]{4,}/g) ?? [];
const modalOf = (who: Person) => seen(stage.slack, async () => (await who.views()).at(-1));
const states = async (id: string) =>
  Object.values((await itemOf(stage, id)).images).map(({ state }) => state);

describe('a list of images', () => {
  test('is one card: one bad image does not stop the others, and each person decides as many as they like', async () => {
    const { alice, bob, local, slack } = stage;
    const [id = ''] = await askList(
      `/mirror list\n${lines('some', 5).join('\n')}\nnginx:1.20-alpine base-images/some-6 # not there`,
    );
    const card = await cardOf(stage, id, '5 of 6 waiting for a decision · 1 not offered');
    expect(textOf(card)).toContain('nginx:1.22-alpine\nbase-images/some-2\n● waiting');
    // The bad one is told to Alice alone, with what to do.
    const refusal = await seen(slack, async () =>
      (await alice.whispers()).find((text) => text.includes('nginx:1.20-alpine does not exist')),
    );
    expect(refusal).toContain('Closest tags');

    const choice = await dialog(stage, bob, card, 'choose_images');
    expect(choice.blocks.filter(({ type }) => type === 'input')).toHaveLength(3);
    // All are ticked at first; two are left, and go on waiting.
    await bob.submit(choice.id, { chosen_0: ['1', '2', '4'] });
    await threadOf(stage, id, 'approved 3 of 6 images. 2 images still wait.');
    await eventually(async () =>
      (await states(id)).filter((state) => state === 'copied').length === 3 ? true : undefined,
    );
    expect((await states(id)).filter((state) => state === 'ready')).toHaveLength(2);

    const again = await dialog(stage, bob, await cardOf(stage, id, '2 of 6 waiting'), 'choose_images');
    const refused = await bob.submit(again.id, { chosen_0: ['3'], decision: 'deny' });
    expect(refused.errors).toEqual({ reason: 'A reason is needed to deny.' });
    await bob.submit(again.id, { chosen_0: ['3'], decision: 'deny', reason: 'too new' });
    await threadOf(stage, id, 'denied 1 of 6 images: nginx:1.23-alpine. 1 image still waits. The reason:');

    await cardOf(stage, id, '1 of 6 waiting');
    await approve(stage, id);
    const done = await threadOf(stage, id, '4 of 6 images copied, 2 not copied.');
    const item = await settled(stage, id);
    expect(Object.values(item.images).map(({ state }) => state)).toEqual([
      'copied',
      'copied',
      'rejected',
      'copied',
      'copied',
      'refused',
    ]);
    // Two decisions, a denial, and one closing reply: nothing for each copy.
    expect(repliesOf(done)).toHaveLength(4);
    expect(repliesOf(done).at(-1)).toContain(`${local.ecr.registryHost}/`);
    expect(local.ecr.admin.tags('base-images/some-4').get('6.2')).toBe(
      stage.hub.digestOf('library/redis', '6.2'),
    );
    expect(textOf(await cardOf(stage, id, '4 of 6 in ECR'))).not.toContain('undefined');
  });

  test('that fails in part tells each failure by itself, and Retry brings it to its end', async () => {
    const { bob, local } = stage;
    const [id = ''] = await askList(`/mirror list\n${lines('fails', 3).join('\n')}`);
    await cardOf(stage, id, 'all 3 waiting for a decision');
    local.ecr.faults.registry.add({
      kind: 'status',
      status: 403,
      times: 50,
      match: ({ method, url }) =>
        method === 'PUT' && (url?.includes('base-images/fails-2/manifests/') ?? false),
    });
    await approve(stage, id);
    const failed = await threadOf(stage, id, '2 of 3 images copied, 1 failed.');
    expect(repliesOf(failed)[1]).toMatch(/^✕ .*base-images\/fails-2/);
    local.ecr.faults.registry.clear();
    const [closing] = failed.replies.slice(-1);
    if (!closing) throw new Error('no closing reply');
    await bob.click(closing, 'retry');
    const done = await threadOf(stage, id, '3 of 3 images copied.');
    expect(repliesOf(done)).toContain(
      `<@${stage.slack.people.approver}> has 1 of 3 images tried again: the approved digests, and only the bytes that are missing.`,
    );
    await settled(stage, id);
  });
});

describe('/mirror list', () => {
  test('opens a field; lines with mistakes are told by number and the text stays; the others go on only after a yes', async () => {
    const { alice } = stage;
    await alice.command('/mirror list');
    const modal = await modalOf(alice);
    expect(modal.title).toBe('Mirror a list');
    const good = lines('typed', 2);
    const text = [
      good[0],
      'Nginx:1.21 base-images/typed-x',
      '',
      good[1],
      good[0],
      'redis:6.2 elsewhere/redis',
    ].join('\n');
    const refused = await alice.submit(modal.id, { images_0: text });
    const told = String(Object.values(refused.errors ?? {})[0]);
    expect(Object.keys(refused.errors ?? {})).toEqual(['images_0']);
    expect(told).toMatch(
      /^Line 2: Nginx:1.21 is not an image.*Probably meant: nginx:1.21 base-images\/typed-x\nLine 6: /,
    );
    await alice.submit(modal.id, { images_0: text, options: ['skip'], reason: 'new shop' });
    const answer = await modalOf(alice);
    expect(answer.title).toBe('Asked for');
    const said = textOf({ text: '', blocks: answer.blocks });
    expect(said).toContain('Looking up 2 images');
    expect(said).toContain('1 line is a double and asked for once: line 5 as line 1 (nginx:1.21-alpine)');
    expect(said).toContain('2 lines left out: 2 and 6');
    const [id = ''] = idsIn(said);
    expect(textOf(await cardOf(stage, id, 'all 2 waiting'))).toContain('“new shop”');
  });

  test('of more than 25 images becomes several requests, and the same list again meets them', async () => {
    const { alice } = stage;
    await alice.command('/mirror list');
    const modal = await modalOf(alice);
    await alice.submit(modal.id, { images_0: lines('many', 30).join('\n') });
    const said = textOf({ text: '', blocks: (await modalOf(alice)).blocks });
    expect(said).toContain('Looking up 30 images in 2 requests. Their cards will appear here.');
    const [first = '', second = ''] = idsIn(said);
    expect(textOf(await cardOf(stage, first, 'all 25 waiting'))).toContain('*25 images* · part 1 of 2');
    expect(textOf(await cardOf(stage, second, 'all 5 waiting'))).toContain('*5 images* · part 2 of 2');
  });

  test('takes a file: its lines are told by their own numbers, and what is no text is refused at its field', async () => {
    const { alice } = stage;
    await alice.command('/mirror list');
    const modal = await modalOf(alice);
    const put = (content: string, images = '') =>
      alice.submit(modal.id, { images_0: images, file: [{ name: 'list.txt', content }] });
    const bad = await put(`${lines('file', 1)[0]}\nNginx:1`, lines('file', 2)[1]);
    expect(bad.errors).toEqual({ file: expect.stringMatching(/^Line 2: Nginx:1 is not an image/) });
    expect((await put('a\0b')).errors).toEqual({ file: expect.stringContaining('The file is no text') });
    await put(`FROM nginx:1.21-alpine AS build\nFROM redis:6.2\n`, lines('file', 3)[2]);
    const said = textOf({ text: '', blocks: (await modalOf(alice)).blocks });
    expect(said).toContain('Looking up 3 images.');
  });

  test('with a mistake in what was pasted behind it opens the field with the text in it', async () => {
    const { alice } = stage;
    const before = (await alice.views()).length;
    await alice.command(
      '/mirror list\nnginx:1.21-alpine base-images/pasted-1\nredis:6.2 --platfrom linux/amd64',
    );
    const modal = await seen(stage.slack, async () => {
      const views = await alice.views();
      return views.length > before || views.at(-1)?.title === 'Mirror a list' ? views.at(-1) : undefined;
    });
    const json = JSON.stringify(modal.blocks);
    expect(json).toContain('Line 2: --platfrom is no option of /mirror');
    expect(json).toContain('Probably meant: redis:6.2 --platform linux/amd64');
    expect(json).toContain('nginx:1.21-alpine base-images/pasted-1\\nredis:6.2 --platfrom linux/amd64');
  });
});

describe('a Dockerfile behind the command', () => {
  test('offers its images for choice', async () => {
    const { alice, slack } = stage;
    await alice.command(
      '/mirror FROM nginx:1.21-alpine AS build\nFROM redis:6.2\nCOPY --from=build /etc/os-release /\n',
    );
    const modal = await seen(slack, async () => {
      const view = (await alice.views()).at(-1);
      return view?.callback_id === 'mirror_choice' ? view : undefined;
    });
    const json = JSON.stringify(modal.blocks);
    expect(json).toContain('nginx:1.21-alpine');
    expect(json).toContain('redis:6.2');
    expect(json).not.toContain('build');
  });
});

describe('a dry run', () => {
  test('tells who asked what would happen, and leaves no trace for anybody else', async () => {
    const { alice, local, slack } = stage;
    const before = (await alice.whispers()).length;
    await alice.command('/mirror nginx:1.21-alpine base-images/dry --dry-run');
    const said = await seen(slack, async () => (await alice.whispers())[before]);
    expect(said).toContain('Only you will read what would happen; nobody is asked.');
    const [id = ''] = idsIn(said);
    const plan = await seen(slack, async () =>
      (await alice.whispers()).find((text) => text.includes('A dry run') && text.includes(id)),
    );
    expect(plan).toContain('● would wait for <!subteam^S01PLATFORM> (rule base-images)');
    expect(plan).toContain('/mirror nginx:1.21-alpine base-images/dry');
    const item = await settled(stage, id);
    expect(item).toMatchObject({ state: 'refused', images: { 1: { state: 'refused' } } });
    expect(item.notifier.card).toBeUndefined();
    expect(local.ecr.admin.tags('base-images/dry').size).toBe(0);
    // The target is free: the request itself is offered.
    await alice.command('/mirror nginx:1.21-alpine base-images/dry');
    await seen(slack, async () =>
      (await alice.whispers()).some((text) => text.startsWith('Looking up `nginx:1.21-alpine`'))
        ? true
        : undefined,
    );
  });

  test('of a list is a table of what would happen to each', async () => {
    const { alice, slack } = stage;
    await alice.command('/mirror list');
    const modal = await modalOf(alice);
    const text = `${lines('would', 2).join('\n')}\nnginx:9.99 base-images/would-3`;
    await alice.submit(modal.id, { images_0: text, options: ['dry-run'] });
    const plan = await seen(slack, async () =>
      (await alice.whispers()).find((said) => said.includes('2 of 3 images would be offered')),
    );
    expect(plan).toContain('● waits for an approval (rule base-images)');
    expect(plan).toContain('✕ nginx:9.99 does not exist on Docker Hub.');
  });
});
