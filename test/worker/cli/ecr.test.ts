import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreatePullThroughCacheRuleCommand, CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { LOCAL_ACCESS_KEY_ID } from '../../../local/ecr/start.ts';
import { sdkFor } from '../../local/ecr/push.ts';
import { linesOf, mirror } from './run-mirror.ts';
import { ECR_HOST, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const run = (args: readonly string[]) =>
  mirror([...args.slice(0, 1), ...world.toEcr, ...args.slice(1)], { env: world.aws });
const small = (tag = '1') => `${world.host}/library/small:${tag}`;
const since = () => {
  const [hub, ecr] = [world.hub.calls.length, world.ecr.calls.length];
  return {
    hub: () => world.hub.calls.slice(hub),
    registry: () => world.ecr.calls.slice(ecr).filter(({ plane }) => plane === 'registry'),
    api: () =>
      world.ecr.calls
        .slice(ecr)
        .filter(({ plane }) => plane === 'api')
        .map(({ action }) => action),
  };
};

describe('into ECR', () => {
  test('a plan says what would move and writes nothing, not even the repository', async () => {
    const seen = since();
    const { code, out, err } = await run(['plan', small(), `${ECR_HOST}/planned/small`]);
    expect([code, err]).toEqual([0, '']);
    const digest = world.hub.digestOf('library/small', '1');
    const [first, ...rows] = out.trim().split('\n');
    expect(first).toMatch(
      new RegExp(
        `^would copy  ${small()} -> ${ECR_HOST}/planned/small:1  ${digest}  .* to copy, 0 B present, 4 pulls of \\d+ left, creates the repository$`,
      ),
    );
    expect(rows.filter((row) => row.startsWith('  linux/')).length).toBe(2);
    expect(rows.filter((row) => row.startsWith('  missing')).length).toBe(rows.length - 2);
    expect(seen.registry()).toEqual([]);
    expect(seen.api()).toEqual(['ecr:DescribeRepositories', 'ecr:DescribePullThroughCacheRules']);
    expect(seen.hub().filter(({ kind }) => kind.startsWith('blob'))).toEqual([]);
  });

  test('a copy creates the repository and brings the digest; again it is two HEADs', async () => {
    const target = `${ECR_HOST}/base/small`;
    const digest = world.hub.digestOf('library/small', '1');
    const first = await run(['copy', small(), target]);
    expect(first.code).toBe(0);
    expect(first.out).toMatch(
      new RegExp(
        `^copied  ${small()} -> ${target}:1  ${digest}  [0-9.]+ MB copied, 0 B present, [0-9.]+ s\n$`,
      ),
    );
    // No progress where stderr is no terminal.
    expect(first.err).toBe('');
    expect(world.ecr.admin.tags('base/small').get('1')).toBe(digest);

    const seen = since();
    const second = await run(['copy', small(), target]);
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(second.out).toMatch(new RegExp(`^already there  .*  ${digest}  0 B copied, [0-9.]+ s\n$`));
    // The first HEAD is refused with the challenge.
    expect(
      seen
        .hub()
        .filter(({ status }) => status !== 401)
        .map(({ kind }) => kind),
    ).toEqual(['token', 'manifest head']);
    expect(seen.registry().map(({ method, status }) => [method, status])).toEqual([['HEAD', 200]]);
  });

  test('what other images brought is not sent again, and is asked for in one call', async () => {
    await run(['copy', small(), `${ECR_HOST}/shared/small`]);
    const seen = since();
    const { out } = await run([
      'copy',
      '--json',
      `${world.host}/library/docker-list:1`,
      `${ECR_HOST}/shared/small:other`,
    ]);
    const [result] = linesOf(out);
    expect(result).toMatchObject({ result: 'copied', presentBytes: expect.any(Number) });
    expect(Number(result?.['presentBytes'])).toBeGreaterThan(Number(result?.['copiedBytes']));
    expect(seen.api().filter((action) => action === 'ecr:BatchCheckLayerAvailability').length).toBe(1);
    expect(
      seen.registry().filter(({ method, path }) => method === 'HEAD' && path.includes('/blobs/')),
    ).toEqual([]);
  });

  test('an immutable tag that holds another digest is refused before a byte moves, with a tag for both', async () => {
    const target = `${ECR_HOST}/taken/small:1`;
    await run(['copy', `${world.host}/library/single:1`, target]);
    const seen = since();
    const { code, err, out } = await run(['copy', small(), target]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /\/taken\/small:1 already holds another image .* tags of that repository do not move\.\n {2}To keep both:\n/,
    );
    const command = err.trim().split('\n').at(-1)?.trim().replace('npx mirror ', '') ?? '';
    expect(command).toMatch(/\/taken\/small:1-[0-9a-f]{12}$/);
    expect(seen.hub().filter(({ kind }) => /get/.test(kind))).toEqual([]);
    // The command that is offered works as it stands.
    expect((await mirror(command.split(' '), { env: world.aws })).code).toBe(0);
  });

  test('a repository below a pull-through cache rule is refused, and nothing is written', async () => {
    const sdk = sdkFor(world.ecr, LOCAL_ACCESS_KEY_ID);
    const upstreamRegistryUrl = 'public.ecr.aws';
    await sdk.send(
      new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: 'cached', upstreamRegistryUrl }),
    );
    sdk.destroy();
    const seen = since();
    const { code, err } = await run(['copy', small(), `${ECR_HOST}/cached/small`]);
    expect(code).toBe(1);
    expect(err).toMatch(/by the pull-through cache rule for cached\/\.\n {2}Choose a repository/);
    expect(seen.registry()).toEqual([]);
    expect(seen.api()).not.toContain('ecr:CreateRepository');
    expect((await run(['plan', small(), `${ECR_HOST}/cached-not/small`])).code).toBe(0);
  });

  test('a mutable repository lets its tag move, and the line says what it was', async () => {
    const sdk = sdkFor(world.ecr);
    await sdk.send(new CreateRepositoryCommand({ repositoryName: 'moving', imageTagMutability: 'MUTABLE' }));
    sdk.destroy();
    const target = `${ECR_HOST}/moving:1`;
    await run(['copy', `${world.host}/library/single:1`, target]);
    const { code, out } = await run(['copy', small(), target]);
    expect(code).toBe(0);
    expect(out).toMatch(/, the tag was sha256:[0-9a-f]{4}…[0-9a-f]{4}\n$/);
  });

  test('one platform keeps its digest and costs two pulls; a second time one', async () => {
    const target = `${ECR_HOST}/one/small`;
    const [first] = linesOf(
      (await run(['copy', '--json', '--platform', 'linux/arm64', small(), target])).out,
    );
    expect(first).toMatchObject({ result: 'copied', newIndex: false });
    expect(world.ecr.admin.manifest('one/small', '1')?.digest).toBe(first?.['digest']);
    const seen = since();
    const again = await run(['copy', '--platform', 'linux/arm64', small(), target]);
    expect(again.out).toMatch(/^already there/);
    expect(seen.hub().filter(({ kind }) => kind === 'manifest get').length).toBe(1);
  });

  test('several platforms are a new index of their own entries, the same each time', async () => {
    const chosen = ['--platform', 'linux/amd64', '--platform', 'linux/arm64'];
    const three = `${world.host}/library/three:1`;
    const [first] = linesOf(
      (await run(['copy', '--json', ...chosen, three, `${ECR_HOST}/several/three`])).out,
    );
    expect(first).toMatchObject({ result: 'copied', newIndex: true });
    expect(world.ecr.admin.manifest('several/three', '1')?.digest).toBe(first?.['digest']);
    await run(['copy', three, `${ECR_HOST}/several/whole`]);
    const entriesOf = (repository: string): { platform: { architecture: string } }[] =>
      JSON.parse(world.ecr.admin.manifest(repository, '1')?.bytes.toString('utf8') ?? '').manifests;
    expect(entriesOf('several/three')).toEqual(
      entriesOf('several/whole').filter(({ platform }) => platform.architecture !== '386'),
    );
    const turned = ['--platform', 'linux/arm64/v8', '--platform', 'linux/amd64'];
    const again = await run(['copy', ...turned, three, `${ECR_HOST}/several/three`]);
    expect(again.out).toContain('already there');
  });

  test('all platforms of an image are the image, with its digest', async () => {
    const chosen = ['--platform', 'linux/amd64', '--platform', 'linux/arm64'];
    const [whole] = linesOf(
      (await run(['copy', '--json', ...chosen, small(), `${ECR_HOST}/several/small`])).out,
    );
    expect(whole).toMatchObject({ newIndex: false, digest: world.hub.digestOf('library/small', '1') });
  });

  test('a platform that is not there is told with what is there', async () => {
    const { code, err } = await run(['copy', '--platform', 'linux/s390x', small(), `${ECR_HOST}/none/small`]);
    expect(code).toBe(1);
    expect(err).toMatch(/has no linux\/s390x\. It has linux\/amd64, linux\/arm64/);
  });

  test('a single image must be for the platform that is asked for', async () => {
    const single = `${world.host}/library/single:1`;
    const right = await run(['plan', '--platform', 'linux/amd64', single, `${ECR_HOST}/none/single`]);
    const wrong = await run(['plan', '--platform', 'linux/arm64', single, `${ECR_HOST}/none/single`]);
    expect([right.code, wrong.code]).toEqual([0, 1]);
    expect(wrong.err).toMatch(/has no linux\/arm64\. It has linux\/amd64\.\n {2}Leave --platform out/);
  });

  test('an image of ECR can be a source too', async () => {
    await run(['copy', small(), `${ECR_HOST}/source/small`]);
    const [result] = linesOf(
      (await run(['copy', '--json', `${ECR_HOST}/source/small:1`, `${ECR_HOST}/source/copy`])).out,
    );
    expect(result).toMatchObject({ result: 'copied', digest: world.hub.digestOf('library/small', '1') });
  });
});

describe('ECR says no', () => {
  test('to a missing permission: action, role and the command for later', async () => {
    world.ecr.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:InitiateLayerUpload', reason: 'identity' });
    const { code, err } = await run(['copy', small(), `${ECR_HOST}/denied/small`]);
    world.ecr.admin.allow(LOCAL_ACCESS_KEY_ID, 'ecr:InitiateLayerUpload');
    expect(code).toBe(1);
    expect(err).toMatch(/The role mirror-worker may not ecr:InitiateLayerUpload on denied\/small/);
    expect(err).toContain(`npx mirror copy ${world.toEcr.join(' ')} ${small()} ${ECR_HOST}/denied/small:1`);
  });

  test('to a repository that may not be created', async () => {
    world.ecr.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:CreateRepository', reason: 'identity' });
    const { code, err } = await run(['copy', small(), `${ECR_HOST}/forbidden/small`]);
    world.ecr.admin.allow(LOCAL_ACCESS_KEY_ID, 'ecr:CreateRepository');
    expect(code).toBe(1);
    expect(err).toMatch(/Repository forbidden\/small does not exist .* may not ecr:CreateRepository there/);
  });

  test('to nobody’s credentials, and to another Region', async () => {
    const args = ['copy', ...world.toEcr, small()];
    const nobody = await mirror([...args, `${ECR_HOST}/x/small`]);
    expect([nobody.code, nobody.out]).toEqual([1, '']);
    expect(nobody.err).toMatch(/AWS does not accept .*\n {2}Sign in to AWS again/);
    const elsewhere = ECR_HOST.replace('eu-central-1', 'us-east-1');
    const region = await mirror([...args, `${elsewhere}/x/small`], { env: world.aws });
    expect(region.err).toMatch(/Region us-east-1/);
  });
});
