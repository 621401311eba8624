import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listen } from '../../../local/server.ts';
import { linesOf, mirror, runMirror } from './run-mirror.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

describe('what cannot be', () => {
  test('a tag that is not there: the closest one, as a command that works', async () => {
    const asked = ['plan', ...world.insecure, `${world.host}/library/small:lates`, `${world.host}/x/small`];
    const { code, err } = await mirror(asked);
    expect(code).toBe(1);
    expect(err).toMatch(
      /small:lates does not exist on .* Closest tags: latest\.\n {2}For the closest one:\n {2}npx mirror copy .*\/small:latest .*\/x\/small:latest\n$/,
    );
  });

  test('an address that was not allowed: which flag allows it', async () => {
    const { code, err } = await mirror(['plan', `${world.host}/library/small:1`, 'r.example/x']);
    expect(code).toBe(1);
    expect(err).toContain(
      `npx mirror copy --insecure-host ${world.host} ${world.host}/library/small:1 r.example/x:1`,
    );
    expect(world.hub.calls.filter(({ kind }) => kind === 'ping')).toEqual([]);
  });

  test('a token service that was not allowed: the same', async () => {
    const { err } = await mirror([
      'plan',
      '--insecure-host',
      world.host,
      `${world.host}/library/small:1`,
      'r.example/x',
    ]);
    expect(err).toContain(`--insecure-host ${world.host} --insecure-host ${world.hub.authHost} `);
  });

  test.each([
    [401, 'unauthorized', 'targetDenied', 'docker login'],
    [404, 'nothing here', 'targetMissing', 'Check the name'],
    [400, 'odd', 'targetRefused', 'Look the sentence up'],
  ])('a target that answers an upload with %d is told as %s', async (status, message, code, hint) => {
    const target = await listen((request, response) => {
      request.resume();
      const write = request.method === 'POST' || request.method === 'PUT';
      response.writeHead(write ? status : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: 'UNKNOWN', message }] }));
    });
    const host = `127.0.0.1:${target.port}`;
    const args = [
      'copy',
      '--json',
      ...world.insecure,
      '--insecure-host',
      host,
      `${world.host}/library/single:1`,
      `${host}/x`,
    ];
    const ended = await mirror(args);
    await target.close();
    expect(ended.code).toBe(1);
    expect(linesOf(ended.out)).toMatchObject([
      { result: 'failed', code, summary: expect.stringContaining(message) },
    ]);
    expect(String(linesOf(ended.out)[0]?.['hint'])).toContain(hint);
  });

  test('a registry whose pulls are used up says when it opens, before anything is written', async () => {
    const target = await listen((_request, response) => {
      response.writeHead(404).end();
    });
    const host = `127.0.0.1:${target.port}`;
    const used = await startWorld();
    used.hub.setPullsLeft(0);
    const flags = [...used.insecure, '--insecure-host', host];
    const { err } = await mirror(['copy', ...flags, `${used.host}/library/small:1`, `${host}/x`]);
    await target.close();
    await used.close();
    expect(err).toMatch(/pull limit is used up/);
    expect(err).toMatch(/The limit opens again (at \d{4}-\d\d-\d\d \d\d:\d\d UTC|by itself)/);
  });

  test('--endpoint-url without an image in ECR, and what is no image, are wrong usage', async () => {
    const endpoint = await mirror([
      'copy',
      '--endpoint-url',
      'http://127.0.0.1:1',
      'nginx',
      'r.example/nginx',
    ]);
    expect(endpoint).toEqual({
      code: 2,
      out: '',
      err: 'mirror: --endpoint-url is for images in ECR, and neither of these is (npx mirror help)\n',
    });
    const image = await mirror(['copy', 'Nginx', 'r.example/nginx']);
    expect(image.code).toBe(2);
    expect(image.err).toMatch(/\n {2}Probably meant: nginx\n$/);
    expect((await mirror(['list', 'test/worker/nowhere'])).err).toMatch(/there is no such file/);
    expect((await mirror(['list', 'test/worker'])).code).toBe(2);
  });

  test('on one host the side that says no is told apart', async () => {
    const to = `${world.host}/x/small`;
    const { err } = await mirror(['copy', ...world.insecure, `${world.host}/library/small:1`, to]);
    expect(err).toMatch(new RegExp(`^${world.host} does not let us write ${to}:1: `));
  });

  test('help is on stdout, by the program itself', async () => {
    const { code, out, err } = await runMirror(['help']);
    expect([code, err]).toEqual([0, '']);
    for (const word of [
      'copy SRC DST',
      'plan SRC DST',
      'list FILE',
      '--platform',
      '--insecure-host',
      'Exit code',
    ]) {
      expect(out).toContain(word);
    }
  });

  test('Ctrl-C stops it with 130 and no failure', async () => {
    const silent = await listen(() => {});
    const host = `127.0.0.1:${silent.port}`;
    const stop = new AbortController();
    silent.server.once('request', () => stop.abort(new Error('stopped')));
    const ended = await mirror(['copy', '--insecure-host', host, `${host}/a:1`, `${host}/b`], {
      signal: stop.signal,
    });
    await silent.close();
    expect(ended).toEqual({
      code: 130,
      out: '',
      err: 'mirror: stopped; what was copied is used the next time\n',
    });
  });
});
