import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SAMPLE_ACCOUNT } from '../../../local/upstream/samples.ts';
import { findStranger } from '../../strangers.ts';
import { type DockerRegistry, startDockerRegistry } from '../copy/docker-registry.ts';
import { linesOf, mirror, runMirror } from './run-mirror.ts';
import { startWorld, type World } from './world.ts';

const program = findStranger('docker-registry');
const describeIfThere = program === undefined ? describe.skip : describe;
const folder = mkdtempSync(join(tmpdir(), 'mirror-cli-'));

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

describeIfThere('into Debian’s docker-registry', () => {
  let registry: DockerRegistry;
  let flags: readonly string[];
  beforeAll(async () => {
    registry = await startDockerRegistry(program ?? '');
    flags = [...world.insecure, '--insecure-host', registry.host];
  });
  afterAll(() => registry.close());

  test.each(['small', 'docker-list', 'single', 'docker-single'])(
    '%s arrives with its digest, and again is two HEADs',
    async (name) => {
      const args = [
        'copy',
        '--json',
        ...flags,
        `${world.host}/library/${name}:1`,
        `${registry.host}/base/${name}`,
      ];
      const digest = world.hub.digestOf(`library/${name}`, '1');
      const first = await mirror(args);
      expect(first).toMatchObject({ code: 0, err: '' });
      expect(linesOf(first.out)).toEqual([
        {
          result: 'copied',
          source: `${world.host}/library/${name}:1`,
          target: `${registry.host}/base/${name}:1`,
          digest,
          newIndex: false,
          copiedBytes: expect.any(Number),
          presentBytes: 0,
          referrers: { copied: {}, copiedBytes: 0, refused: [] },
          seconds: expect.any(Number),
        },
      ]);
      const before = world.hub.calls.length;
      expect(linesOf((await mirror(args)).out)).toMatchObject([
        { result: 'already there', digest, copiedBytes: 0 },
      ]);
      const kinds = world.hub.calls.slice(before).filter(({ status }) => status !== 401);
      expect(kinds.map(({ kind }) => kind)).toEqual(['token', 'manifest head']);
    },
  );

  test('a tag moves, and the line says what it was', async () => {
    const target = `${registry.host}/moves:1`;
    await mirror(['copy', ...flags, `${world.host}/library/single:1`, target]);
    const { code, out } = await mirror(['copy', ...flags, `${world.host}/library/small:1`, target]);
    expect(code).toBe(0);
    expect(out).toMatch(/the tag was sha256:/);
  });

  test('a list goes on after a failure, shares blobs, and says the line of each failure', async () => {
    const text = [
      '# base images',
      `${world.host}/library/small:1 ${registry.host}/list/a`,
      '',
      `${world.host}/library/gone:1 ${registry.host}/list/b`,
      `${world.host}/library/docker-list:1 ${registry.host}/list/a:other # shares its layers`,
      'Broken',
      `${world.host}/library/smal:1 ${registry.host}/list/c`,
    ].join('\n');
    const ended = await mirror(['list', ...flags, '-'], { stdin: text });
    expect(ended.code).toBe(1);
    expect(
      ended.out
        .trim()
        .split('\n')
        .map((line) => line.split('  ')[0]),
    ).toEqual(['copied', 'copied']);
    expect(ended.err).toMatch(/^line 6: a line is a source and a target, and nothing else\.$/m);
    expect(ended.err).toMatch(/^line 4: .*gone:1 is private on .*, or does not exist/m);
    expect(ended.err.trim().split('\n').at(-1)).toBe('2 copied, 3 failed');

    const before = world.hub.calls.length;
    const again = await mirror(['list', '--json', '--concurrency', '1', ...flags, '-'], { stdin: text });
    expect(again).toMatchObject({ code: 1, err: '' });
    const results = linesOf(again.out).map(({ line, result }) => [line, result]);
    expect(results.toSorted()).toEqual([
      [2, 'already there'],
      [4, 'failed'],
      [5, 'already there'],
      [6, 'failed'],
      [7, 'failed'],
    ]);
    expect(world.hub.calls.slice(before).filter(({ kind }) => kind.startsWith('blob'))).toEqual([]);
  });

  test('two tags of one image in a list: each blob is fetched and counted once', async () => {
    const before = world.hub.calls.length;
    const text = ['1', 'latest'].map(
      (tag) => `${world.host}/library/small:${tag} ${registry.host}/once/small`,
    );
    const ended = await mirror(['list', '--json', ...flags, '-'], { stdin: text.join('\n') });
    expect(ended).toMatchObject({ code: 0, err: '' });
    const results = linesOf(ended.out);
    const sum = (key: string): number => results.reduce((total, each) => total + Number(each[key]), 0);
    // Counted once, by whichever image brought it.
    expect(sum('copiedBytes')).toBe(sum('presentBytes'));
    const gets = world.hub.calls
      .slice(before)
      .filter(({ server, kind }) => server === 'blobs' && kind === 'blob get');
    expect(new Set(gets.map(({ path }) => path)).size).toBe(gets.length);
  });

  test('as a program of its own: --dry-run writes nothing, a list on stdin is copied, --quiet says no more', async () => {
    const text = `${world.host}/library/single:1 ${registry.host}/child/single\n`;
    const planned = await runMirror(['list', '--dry-run', ...flags, '-'], { stdin: text });
    expect(planned).toMatchObject({ code: 0, err: '1 to copy\n' });
    expect(planned.out).toMatch(/^would copy {2}/);
    const done = await runMirror(['list', '--quiet', ...flags, '-'], { stdin: text });
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toMatch(/^copied {2}/);
  });

  test('on a terminal the progress is rewritten and gone at the end', async () => {
    const target = `${registry.host}/progress/small`;
    const { err, out } = await mirror(['copy', ...flags, `${world.host}/library/small:1`, target], {
      terminalWidth: 100,
    });
    expect(out).toMatch(/^copied/);
    expect(err.replaceAll('\r\u001B[K', '')).toMatch(/^\d+ % {2}.* blobs {2}progress\/small:1/);
    expect(err.startsWith('\r\u001B[K')).toBe(true);
    expect(err.endsWith('\r\u001B[K')).toBe(true);
  });

  test('an account of Docker’s config.json reaches a private image, and is in no line', async () => {
    const docker = join(folder, 'docker');
    mkdirSync(docker);
    const auth = Buffer.from(`${SAMPLE_ACCOUNT.user}:${SAMPLE_ACCOUNT.secret}`).toString('base64');
    writeFileSync(join(docker, 'config.json'), JSON.stringify({ auths: { [world.host]: { auth } } }));
    const args = ['copy', ...flags, `${world.host}/acme/secret:1`, `${registry.host}/acme/secret`];
    const nobody = await mirror(args);
    expect(nobody.code).toBe(1);
    expect(nobody.err).toContain(`sign in with docker login ${world.host}, then run the command again`);
    expect(await mirror(args, { env: { DOCKER_CONFIG: docker } })).toMatchObject({ code: 0, err: '' });
  });

  test('a credential helper on the PATH is asked by the program', async () => {
    const home = join(folder, 'home');
    mkdirSync(join(home, '.docker'), { recursive: true });
    const { secret, user } = SAMPLE_ACCOUNT;
    const helper = join(folder, 'docker-credential-sample');
    writeFileSync(
      helper,
      `#!/bin/sh\nread server\n[ "$server" = "${world.host}" ] || { echo "credentials not found in native keychain"; exit 1; }\necho '{"Username":"${user}","Secret":"${secret}"}'\n`,
    );
    chmodSync(helper, 0o755);
    writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ credsStore: 'sample' }));
    const args = ['copy', ...flags, `${world.host}/acme/secret:1`, `${registry.host}/acme/helped`];
    const ended = await runMirror(args, { home, env: { PATH: `${folder}:${process.env['PATH']}` } });
    expect(ended).toMatchObject({ code: 0, err: '' });
  });

  test('a broken config.json is one line, and public images are copied all the same', async () => {
    const docker = join(folder, 'broken');
    mkdirSync(docker);
    writeFileSync(join(docker, 'config.json'), '{"auths": {"x": {"auth": "aHVudGVyMg==');
    const args = ['copy', ...flags, `${world.host}/library/single:1`, `${registry.host}/broken/single`];
    const { code, err } = await mirror(args, { env: { DOCKER_CONFIG: docker } });
    expect(code).toBe(0);
    expect(err).toBe(
      `mirror: ${join(docker, 'config.json')} is not JSON: registries are used without an account\n`,
    );
  });

  test('a wrong password is told without it', async () => {
    const docker = join(folder, 'wrong');
    mkdirSync(docker);
    const auth = Buffer.from('acme:hunter2').toString('base64');
    writeFileSync(join(docker, 'config.json'), JSON.stringify({ auths: { [world.host]: { auth } } }));
    const args = ['copy', ...flags, `${world.host}/acme/secret:1`, `${registry.host}/acme/wrong`];
    const { code, err } = await mirror(args, { env: { DOCKER_CONFIG: docker } });
    expect(code).toBe(1);
    expect(err).toMatch(
      /to us: it does not take the account acme \(incorrect username or password\)\.\n {2}Check the account/,
    );
    expect(err).not.toMatch(/hunter2|YWNtZT/);
  });
});
