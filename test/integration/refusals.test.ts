import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cards, seen } from './person.ts';
import { smuggle } from './smuggle.ts';
import { approve, ask, cardOf, settled, type Stage, startStage, threadOf, told } from './stage.ts';

/** What the requester is told alone, because nobody else can do anything about it. */
let stage: Stage;
let first: string;
beforeAll(async () => {
  stage = await startStage({ configure: (config) => ({ ...config, movedTag: 'refuse' }) });
  first = await ask(stage, '/mirror redis:6.2 base-images/redis');
  await approve(stage, first);
  await settled(stage, first);
});
afterAll(() => stage.close());

const REDIS = { repository: 'base-images/redis', tag: '6.2' };

/** The command's own answer, where the text alone tells what is wrong. */
async function answerTo(text: string): Promise<string> {
  const { alice, slack } = stage;
  const heard = (await alice.whispers()).length;
  await alice.command(text);
  return seen(slack, async () => (await alice.whispers())[heard]);
}

describe('what the text alone tells is answered at once, with the corrected command', () => {
  test.each([
    [
      'a source that is not allowed',
      '/mirror registry.example.com/app:1 base-images/app',
      ['registry.example.com, which is not a source here', 'docker.io, ghcr.io', '"sources"'],
    ],
    [
      'a reference that cannot be read',
      '/mirror NGINX:1.21-alpine base-images/nginx',
      ['NGINX:1.21-alpine is not an image', 'position 1', '/mirror nginx:1.21-alpine base-images/nginx'],
    ],
    [
      'a name that ECR does not take',
      '/mirror nginx:1.21-alpine Base_Images/nginx',
      [
        'Base_Images/nginx is not a name ECR takes',
        'position 1',
        '/mirror nginx:1.21-alpine base-images/nginx',
      ],
    ],
    [
      "another team's prefix",
      '/mirror nginx:1.21-alpine shop/nginx:stable',
      ['shop/nginx', 'team default', 'base-images', '/mirror nginx:1.21-alpine base-images/nginx:stable'],
    ],
  ])('%s', async (_name, text, facts) => {
    const lookups = stage.hub.calls.length;
    const line = await answerTo(text);
    for (const fact of facts) expect(line).toContain(fact);
    expect(stage.hub.calls.length).toBe(lookups);
  });
});

describe('what the look-up tells is answered privately, and no card is posted', () => {
  test('a missing tag: the closest ones, and a command ready to paste that works', async () => {
    const before = (await cards(stage.slack)).length;
    const id = await ask(stage, '/mirror nginx:1.22-alpin base-images/typo');
    const line = await told(stage, 'does not exist');
    expect(line).toContain('nginx:1.22-alpin does not exist on Docker Hub.');
    expect(line).toMatch(/Closest tags: 1\.22-alpine, 1\.2[13]-alpine, 1\.2[13]-alpine\./);
    expect(line).toContain('/mirror nginx:1.22-alpine base-images/typo');
    expect(await settled(stage, id)).toMatchObject({
      state: 'refused',
      images: { 1: { failure: { code: 'tagNotFound' } } },
    });
    expect(await cards(stage.slack)).toHaveLength(before);
    await cardOf(stage, await ask(stage, '/mirror nginx:1.22-alpine base-images/typo'), 'waiting for');
  });

  test('the tag of the target that was typed stays in the corrected command', async () => {
    await ask(stage, '/mirror nginx:1.21-alpin base-images/kept:prod');
    expect(await told(stage, 'nginx:1.21-alpin does')).toContain(
      '/mirror nginx:1.21-alpine base-images/kept:prod',
    );
  });

  test('a digest that is not there has no tag near it', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    await ask(stage, `/mirror nginx@${digest} base-images/nodigest`);
    const line = await told(stage, `nginx@${digest} does not exist on Docker Hub`);
    expect(line).not.toContain('Closest');
  });

  test('a private image: what it is, and what to do', async () => {
    const id = await ask(stage, '/mirror acme/private-base:1.0 base-images/private');
    const line = await told(stage, 'is private');
    expect(line).toContain('acme/private-base:1.0 is private on Docker Hub, or does not exist');
    expect(line).toContain('Check the spelling.');
    expect((await settled(stage, id)).images['1']).toMatchObject({ state: 'refused' });
  });
});

describe('what stands in ECR already', () => {
  test('the same digest by our own copy: already there, with its record, zero bytes and no approval', async () => {
    const uploads = stage.local.ecr.calls.filter(({ method }) => method === 'PUT').length;
    const again = await ask(stage, '/mirror redis:6.2 base-images/redis');
    const line = await told(stage, 'already there');
    expect(line).toContain('`base-images/redis:6.2`');
    expect(line).toContain(`It came in with ${first}`);
    expect(line).toContain('docker pull');
    expect(await settled(stage, again)).toMatchObject({
      state: 'finished',
      images: { 1: { state: 'unchanged', approvals: [], record: { request: first } } },
    });
    expect(stage.local.ecr.calls.filter(({ method }) => method === 'PUT')).toHaveLength(uploads);
  });

  test('the same digest put there by somebody else: no approval on record', async () => {
    await smuggle(stage, REDIS, { repository: 'base-images/smuggled', tag: '6.2' });
    const id = await ask(stage, '/mirror redis:6.2 base-images/smuggled');
    const line = await told(stage, 'base-images/smuggled');
    expect(line).toContain('no approval on record: somebody put it there without asking here');
    expect((await settled(stage, id)).images['1']).toMatchObject({ state: 'unchanged' });
  });

  test('another digest where tags are not moved: refused with a command for both, and that command works', async () => {
    await smuggle(stage, REDIS, { repository: 'base-images/taken', tag: '1.21-alpine' });
    const id = await ask(stage, '/mirror nginx:1.21-alpine base-images/taken');
    const line = await told(stage, 'base-images/taken');
    const held = stage.local.ecr.admin.tags('base-images/taken').get('1.21-alpine') ?? '';
    const wanted = stage.hub.digestOf('library/nginx', '1.21-alpine');
    expect(line).toContain('1.21-alpine already stands in base-images/taken with another image');
    expect(line).toContain(held.slice(0, 11));
    expect(line).toContain('approved tags do not move');
    const suffix = `1.21-alpine-${wanted.slice('sha256:'.length, 'sha256:'.length + 12)}`;
    const command = `/mirror nginx:1.21-alpine base-images/taken:${suffix}`;
    expect(line).toContain(command);
    expect(await settled(stage, id)).toMatchObject({ state: 'refused' });
    const both = await ask(stage, command);
    await approve(stage, both);
    await threadOf(stage, both, 'In ECR');
    const tags = stage.local.ecr.admin.tags('base-images/taken');
    expect(tags.get(suffix)).toBe(wanted);
    expect(tags.get('1.21-alpine')).toBe(held);
  });
});

test('the wrong Region: the account, the configured Region and what ECR says of it, before anybody is asked', async () => {
  const abroad = await startStage({
    configure: (config) => ({
      ...config,
      destinations: config.destinations.map((each) => ({ ...each, region: 'us-east-1' })),
    }),
  });
  try {
    const id = await ask(abroad, '/mirror redis:6.2 base-images/abroad');
    const line = await told(abroad, 'us-east-1');
    expect(line).toContain('123456789012');
    expect(line).toContain('configured Region us-east-1');
    expect(line).toContain("Credential should be scoped to a valid region, not 'us-east-1'");
    expect(line).toContain('mirror.config.json');
    expect(line).toContain('/mirror redis:6.2 base-images/abroad');
    expect((await settled(abroad, id)).images['1']?.failure?.code).toBe('wrongRegion');
    expect(await cards(abroad.slack)).toEqual([]);
  } finally {
    await abroad.close();
  }
});
