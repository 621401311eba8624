import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestPrefix } from '../../core/oci/digest.ts';
import { createPusher } from '../local/ecr/push.ts';
import { smallIndex } from '../local/upstream/small-images.ts';
import { repliesOf, textOf } from './person.ts';
import { approve, ask, cardOf, settled, type Stage, startStage, threadOf, told } from './stage.ts';

/** The source moves its tag, and what stands in ECR is another digest. */
let stage: Stage;
beforeAll(async () => {
  stage = await startStage({
    configure: (config) => ({
      ...config,
      rules: [
        {
          name: 'channels',
          match: { target: 'base-images/moving*' },
          movedTag: 'move',
          movingTags: ['1.*-alpine'],
        },
        ...(config.rules ?? []),
      ],
    }),
  });
});
afterAll(() => stage.close());

const tagsOf = (repository: string) => stage.local.ecr.admin.tags(repository);
const shown = (digest: string): string => digest.slice(0, 11);

async function approved(text: string): Promise<string> {
  const id = await ask(stage, text);
  await approve(stage, id);
  await threadOf(stage, id, 'In ECR');
  await settled(stage, id);
  return id;
}

/** Another image under the same tag at the source. */
const moveSource = (seed: string) => stage.hub.addImage({ ...smallIndex(seed), tags: ['1.21-alpine'] });

describe('with the suffix, which is the default', () => {
  test('the new digest gets a tag of its own, both are named, and the same again asks nobody', async () => {
    const old = stage.hub.digestOf('library/nginx', '1.21-alpine');
    await approved('/mirror nginx:1.21-alpine base-images/nginx');
    const digest = moveSource('two');
    const suffix = `1.21-alpine-${digestPrefix(digest)}`;

    const id = await ask(stage, '/mirror nginx:1.21-alpine base-images/nginx');
    const card = await cardOf(stage, id, 'waiting for');
    expect(textOf(card)).toContain(`base-images/nginx:${suffix}`);
    expect(textOf(card)).toContain(`\`1.21-alpine\` stands there with \`${shown(old)}`);
    await approve(stage, id);
    const said = repliesOf(await threadOf(stage, id, 'Tagged')).join('\n');
    expect(said).toContain(`Tagged \`${suffix}\` (\`${shown(digest)}`);
    expect(said).toContain(`Dockerfiles that name \`1.21-alpine\` still get the old digest, \`${shown(old)}`);
    expect(said).toMatch(new RegExp(`FROM \\S+/base-images/nginx:${suffix}`));
    await settled(stage, id);
    expect([...tagsOf('base-images/nginx')]).toEqual([
      ['1.21-alpine', old],
      [suffix, digest],
    ]);

    const again = await ask(stage, '/mirror nginx:1.21-alpine base-images/nginx');
    const line = await told(stage, suffix);
    expect(line).toContain(`It came in with ${id}`);
    expect(line).toContain('Dockerfiles that name `1.21-alpine` still get the old digest');
    expect(await settled(stage, again)).toMatchObject({ images: { 1: { state: 'unchanged' } } });
  });
});

describe('where the rule moves the tag', () => {
  test('the tag follows, each digest keeps a tag that stays, and the repository was made for it', async () => {
    const old = stage.hub.digestOf('library/nginx', '1.21-alpine');
    await approved('/mirror nginx:1.21-alpine base-images/moving');
    const digest = moveSource('three');
    const id = await ask(stage, '/mirror nginx:1.21-alpine base-images/moving');
    const card = await cardOf(stage, id, 'waiting for');
    expect(textOf(card)).toContain(`\`1.21-alpine\` moves from \`${shown(old)}`);
    await approve(stage, id);
    const said = repliesOf(await threadOf(stage, id, 'has moved from')).join('\n');
    expect(said).toContain(`\`1.21-alpine\` has moved from \`${shown(old)}`);
    await settled(stage, id);
    expect(Object.fromEntries(tagsOf('base-images/moving'))).toEqual({
      '1.21-alpine': digest,
      [`1.21-alpine-${digestPrefix(old)}`]: old,
      [`1.21-alpine-${digestPrefix(digest)}`]: digest,
    });
    const pusher = await createPusher(stage.local.ecr);
    const { repositories } = await pusher.sdk.send(
      new DescribeRepositoriesCommand({ repositoryNames: ['base-images/moving'] }),
    );
    pusher.sdk.destroy();
    expect(repositories?.[0]?.imageTagMutabilityExclusionFilters?.map(({ filter }) => filter)).toEqual([
      'sha256-*',
      '1.*-alpine',
    ]);
  });

  test('a repository that does not let it move is left alone: the suffix is taken, and the setting is told', async () => {
    const repository = 'base-images/moving-not';
    const pusher = await createPusher(stage.local.ecr);
    await pusher.createRepository(repository, { imageTagMutability: 'IMMUTABLE' });
    const old = stage.hub.digestOf('library/nginx', '1.21-alpine');
    await approved(`/mirror nginx:1.21-alpine ${repository}`);
    const digest = moveSource('four');
    const id = await ask(stage, `/mirror nginx:1.21-alpine ${repository}`);
    const card = await cardOf(stage, id, 'waiting for');
    expect(textOf(card)).toContain('do not let it');
    await approve(stage, id);
    const said = repliesOf(await threadOf(stage, id, 'could not move')).join('\n');
    expect(said).toContain(`aws ecr put-image-tag-mutability --registry-id 123456789012`);
    expect(said).toContain('filterType=WILDCARD,filter=1.*-alpine');
    await settled(stage, id);
    expect(tagsOf(repository).get('1.21-alpine')).toBe(old);
    expect(tagsOf(repository).get(`1.21-alpine-${digestPrefix(digest)}`)).toBe(digest);
    const { repositories } = await pusher.sdk.send(
      new DescribeRepositoriesCommand({ repositoryNames: [repository] }),
    );
    pusher.sdk.destroy();
    expect(repositories?.[0]?.imageTagMutability).toBe('IMMUTABLE');
  });
});
