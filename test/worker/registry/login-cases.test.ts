import { afterEach, describe, expect, test } from '@jest/globals';
import { BLOB, BYTES, blob, closeAll, kept, source, target } from '../copy/two-sides.ts';
import { TRANSFERS } from '../copy/transfers.ts';
import {
  type Answer,
  basic,
  bearer,
  guarded,
  keychain,
  type Parts,
  story,
  withBasic,
  withToken,
} from './login-stage.ts';
import { reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { failureOf, handClock, openTestRegistry } from './test-registry.ts';

afterEach(closeAll);
const MINUTE = 60_000;

describe('57: each way of asking for a login is handled or named', () => {
  test.each<[string, Parts, readonly string[]]>([
    ['no challenge', { opens: () => true, challenge: () => '' }, ['GET v1 nobody']],
    ['Basic', { opens: withBasic, challenge: () => 'Basic realm="r"' }, ['GET v1 nobody', `GET v1 ${basic}`]],
    [
      'Bearer',
      { opens: withToken, challenge: bearer(',service="svc",scope="repository:a/b:pull"') },
      ['GET v1 nobody', `GET /token?service=svc&scope=repository:a/b:pull ${basic}`, 'GET v1 Bearer T1'],
    ],
    [
      'both in one header',
      { opens: withToken, challenge: (origin) => `Basic realm="r", ${bearer(',service="svc"')(origin)}` },
      ['GET v1 nobody', `GET /token?service=svc&scope=repository:a/b:pull ${basic}`, 'GET v1 Bearer T1'],
    ],
    [
      'several headers',
      { opens: withToken, challenge: (origin) => ['Negotiate', 'Basic realm="r"', bearer('')(origin)] },
      ['GET v1 nobody', `GET /token?scope=repository:a/b:pull ${basic}`, 'GET v1 Bearer T1'],
    ],
    [
      'quoted commas',
      { opens: withToken, challenge: bearer(',service="a, b",scope="repository:a/b:pull,push"') },
      [
        'GET v1 nobody',
        `GET /token?service=a,+b&scope=repository:a/b:pull,push ${basic}`,
        'GET v1 Bearer T1',
      ],
    ],
    [
      'no service',
      { opens: withToken, challenge: bearer(',scope="repository:a/b:pull"') },
      ['GET v1 nobody', `GET /token?scope=repository:a/b:pull ${basic}`, 'GET v1 Bearer T1'],
    ],
    [
      'no scope',
      { opens: withToken, challenge: bearer(',service="svc"') },
      ['GET v1 nobody', `GET /token?service=svc&scope=repository:a/b:pull ${basic}`, 'GET v1 Bearer T1'],
    ],
    [
      'two scopes',
      { opens: withToken, challenge: bearer(',scope="repository:a/b:pull repository:c/d:pull"') },
      [
        'GET v1 nobody',
        `GET /token?scope=repository:a/b:pull&scope=repository:c/d:pull ${basic}`,
        'GET v1 Bearer T1',
      ],
    ],
  ])('%s', async (_way, parts, expected) => {
    const server = await guarded(parts);
    await kept(openTestRegistry(server.origin, { keychain })).repository('a/b').getManifest('v1');
    expect(story(server)).toEqual(expected);
  });

  test.each([
    ['Negotiate', 'it asks for a login by negotiate, which is not known here (UNAUTHORIZED: login)'],
    [
      'Digest realm="r", NTLM',
      'it asks for a login by digest, ntlm, which is not known here (UNAUTHORIZED: login)',
    ],
    [
      'Bearer service="svc"',
      'it asks for a token, and does not say where to get one (a Bearer challenge without realm) (UNAUTHORIZED: login)',
    ],
    ['', 'UNAUTHORIZED: login'],
  ])('%j is named', async (challenge, detail) => {
    const server = await guarded({ opens: () => false, challenge: () => challenge });
    const error = await failureOf(kept(openTestRegistry(server.origin)).repository('a/b').getManifest('v1'));
    expect(error).toMatchObject({ code: 'unauthorized', status: 401, detail });
    expect(story(server)).toEqual(['GET v1 nobody']);
  });
});

describe('58: a token lives by our own clock, and 60 s at least', () => {
  test.each([
    ['only access_token', { access_token: 'T1' }, 60],
    ['no expires_in', { token: 'T1' }, 60],
    ['expires_in 0', { token: 'T1', expires_in: 0 }, 60],
    ['issued in the future', { token: 'T1', expires_in: 300, issued_at: '2099-01-01T00:00:00Z' }, 300],
    [
      'issued 5 min ago, by another clock',
      { token: 'T1', expires_in: 300, issued_at: '2026-11-23T11:55:00Z' },
      300,
    ],
    ['issued at no time', { token: 'T1', expires_in: 300, issued_at: 'yesterday' }, 300],
  ])('%s', async (_what, answer, livesS) => {
    const clock = handClock();
    const token = reply(200, JSON.stringify(answer));
    const server = await guarded({ token, opens: withToken, challenge: bearer('') });
    const repository = kept(openTestRegistry(server.origin, { clock })).repository('a/b');
    const tokens = (): number => server.seen.filter(({ url }) => url.startsWith('/token')).length;
    await repository.getManifest('v1');
    const leaveS = livesS === 60 ? 15 : 60;
    clock.advance((livesS - leaveS) * 1_000);
    await repository.getManifest('v1');
    expect(tokens()).toBe(1);
    clock.advance(1);
    await repository.getManifest('v1');
    expect(tokens()).toBe(2);
  });
});

describe('59: a token that ends during a long layer', () => {
  /** A target that wants a token of the last 5 minutes, and takes as long as the test says over a body. */
  async function slowTarget(clock: ReturnType<typeof handClock>, bodyMs: number) {
    let given = 0;
    const issued = new Map<string, number>();
    const inner = await target();
    const seen: string[] = [];
    const server: ScriptedServer = kept(
      await serveScript(async (request, response) => {
        const [path = ''] = (request.url ?? '').split('?');
        if (path === '/token') {
          given += 1;
          issued.set(`Bearer T${given}`, clock.now());
          return reply(200, JSON.stringify({ token: `T${given}`, expires_in: 300 }))(request, response);
        }
        const { authorization = '' } = request.headers;
        seen.push(`${request.method} ${authorization}`);
        const good = clock.now() - (issued.get(authorization) ?? 0) < 5 * MINUTE;
        if (!good) {
          for await (const _ of request);
          return reply(401, '', { 'www-authenticate': `Bearer realm="${server.origin}/token"` })(
            request,
            response,
          );
        }
        if (request.method === 'PUT' && path.startsWith('/upload')) {
          const taken = inner.take(request, response);
          clock.advance(bodyMs);
          return taken;
        }
        if (request.method === 'POST') return reply(202, '', { location: '/upload/1' })(request, response);
        request.resume();
        return reply(201)(request, response);
      }),
    );
    return { server, seen, inner };
  }

  test.each(TRANSFERS)(
    'through %s: the upload ends, and the manifest goes with a fresh one',
    async (_way, by) => {
      const clock = handClock();
      const { server, seen, inner } = await slowTarget(clock, 20 * MINUTE);
      const repository = kept(openTestRegistry(server.origin, { clock })).repository('c/d');
      const from = kept(openTestRegistry((await source(blob)).origin)).repository('a/b');
      const signal = new AbortController().signal;
      await by({ source: from, target: repository, blob: BLOB, onBytes: () => {}, signal });
      expect(inner.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
      const index = await kept(
        openTestRegistry((await guarded({ opens: () => true, challenge: () => '' })).origin),
      )
        .repository('a/b')
        .getManifest('v1');
      await repository.putManifest('v1', index);
      expect(seen).toEqual(['POST ', 'POST Bearer T1', 'PUT Bearer T1', 'PUT Bearer T2']);
    },
  );

  test.each(TRANSFERS)(
    'through %s: one that is half over is renewed before the body begins',
    async (_way, by) => {
      const clock = handClock();
      const { server, seen } = await slowTarget(clock, 0);
      const repository = kept(openTestRegistry(server.origin, { clock })).repository('c/d');
      const from = kept(openTestRegistry((await source(blob)).origin)).repository('a/b');
      const signal = new AbortController().signal;
      const job = { source: from, target: repository, blob: BLOB, onBytes: () => {}, signal };
      await by(job);
      clock.advance(151_000);
      await by(job);
      expect(seen).toEqual(['POST ', 'POST Bearer T1', 'PUT Bearer T1', 'POST Bearer T1', 'PUT Bearer T2']);
    },
  );

  test.each(TRANSFERS)(
    'through %s: a 401 on the PUT is renewed once, with the blob from its start',
    async (_way, by) => {
      const puts: string[] = [];
      let given = 0;
      const inner = await target();
      const server: ScriptedServer = kept(
        await serveScript(async (request, response) => {
          const { authorization = '' } = request.headers;
          const challenge = { 'www-authenticate': `Bearer realm="${server.origin}/token"` };
          if (request.url?.startsWith('/token')) {
            given += 1;
            return reply(200, JSON.stringify({ token: `T${given}` }))(request, response);
          }
          if (authorization === '') return reply(401, '', challenge)(request, response);
          if (request.method === 'HEAD') return reply(404)(request, response);
          if (request.method === 'POST') return reply(202, '', { location: '/upload/1' })(request, response);
          if (request.method === 'DELETE') return reply(204)(request, response);
          puts.push(authorization);
          if (authorization === 'Bearer T1') {
            for await (const _ of request);
            return reply(401, '', challenge)(request, response);
          }
          return inner.take(request, response);
        }),
      );
      const repository = kept(openTestRegistry(server.origin)).repository('c/d');
      const from = kept(openTestRegistry((await source(blob)).origin)).repository('a/b');
      const signal = new AbortController().signal;
      await by({ source: from, target: repository, blob: BLOB, onBytes: () => {}, signal });
      expect(inner.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
      expect(puts).toEqual(['Bearer T1', expect.stringMatching(/^Bearer T[23]$/)]);
    },
  );
});

describe('63: a token service that fails', () => {
  const failing = async (...answers: readonly Answer[]) => {
    let turn = 0;
    const clock = handClock();
    const token: Answer = (request, response) => {
      const answer = answers[turn] ?? reply(200, '{"token":"T1"}');
      turn += 1;
      return answer(request, response);
    };
    const server = await guarded({ token, opens: withToken, challenge: bearer('') });
    return { clock, repository: kept(openTestRegistry(server.origin, { clock })).repository('a/b') };
  };

  test.each([
    ['429 with Retry-After', reply(429, '', { 'retry-after': '2' }), 2_000],
    ['500', reply(500, 'oops'), 100],
    ['503 in HTML', reply(503, '<html><h1>down</h1></html>'), 100],
  ])('%s is waited for and asked again', async (_what, answer, atLeastMs) => {
    const { clock, repository } = await failing(answer);
    await repository.getManifest('v1');
    expect(clock.slept).toHaveLength(1);
    expect(clock.slept[0]).toBeGreaterThanOrEqual(atLeastMs);
  });

  test.each([
    ['HTML', reply(200, '<html>'), 'protocol'],
    ['a body of 1 MB', reply(200, `{"token":"${'a'.repeat(1_000_000)}"}`), 'too large'],
    ['a redirect', reply(307, '', { location: 'http://169.254.169.254/' }), 'protocol'],
  ])('%s is the end', async (_what, answer, code) => {
    const { clock, repository } = await failing(answer);
    const error = await failureOf(repository.getManifest('v1'));
    expect([error.code, error.operation]).toEqual([code, 'log in']);
    expect(clock.slept).toEqual([]);
  });
});
