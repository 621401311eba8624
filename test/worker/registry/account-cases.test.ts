import { afterEach, describe, expect, test } from '@jest/globals';
import { readBody } from '../../../local/server.ts';
import type { RefusedAccount } from '../../../worker/registry/account-first.ts';
import { keychainOf } from '../../../worker/registry/keychain.ts';
import { closeAll, kept } from '../copy/two-sides.ts';
import {
  type Answer,
  basic,
  bearer,
  guarded,
  keychain,
  MANIFEST,
  manifest,
  story,
  withBasic,
  withToken,
} from './login-stage.ts';
import { errorBody, reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { failureOf, openTestRegistry } from './test-registry.ts';

afterEach(closeAll);

describe('60: a second 401 with a fresh token is the end', () => {
  test('for an account: credentials rejected, named, without a loop', async () => {
    const server = await guarded({ opens: () => false, challenge: bearer(',service="svc"') });
    const registry = kept(openTestRegistry(server.origin, { keychain }));
    const error = await failureOf(registry.repository('a/b').getManifest('v1'));
    expect(error).toMatchObject({
      code: 'credentials rejected',
      detail: 'it does not take the account ann (UNAUTHORIZED: login)',
      retryable: false,
    });
    expect(story(server)).toEqual([
      'GET v1 nobody',
      `GET /token?service=svc&scope=repository:a/b:pull ${basic}`,
      'GET v1 Bearer T1',
      // And the one try as nobody.
      'GET v1 nobody',
      'GET /token?service=svc&scope=repository:a/b:pull nobody',
      'GET v1 Bearer T1',
    ]);
  });

  test('for nobody: it is private or not there', async () => {
    const server = await guarded({ opens: () => false, challenge: bearer('') });
    const error = await failureOf(kept(openTestRegistry(server.origin)).repository('a/b').getManifest('v1'));
    expect([error.code, server.seen.length]).toEqual(['unauthorized', 3]);
  });

  test('for an account that is good and may not see it: that is what is said', async () => {
    const server: ScriptedServer = await guarded({
      opens: () => false,
      challenge: bearer(',scope="repository:a/b:pull",error="insufficient_scope"'),
    });
    const registry = kept(openTestRegistry(server.origin, { keychain }));
    const error = await failureOf(registry.repository('a/b').getManifest('v1'));
    expect(error.code).toBe('unauthorized');
  });
});

test('61: ECR Public’s 400 DENIED of an invalid token is a 401, once', async () => {
  let good = 'T1';
  let given = 0;
  const server: ScriptedServer = kept(
    await serveScript((request, response) => {
      const { authorization } = request.headers;
      if (request.url?.startsWith('/token')) {
        given += 1;
        return reply(200, `{"token":"T${given}","expires_in":3600}`)(request, response);
      }
      if (authorization === `Bearer ${good}`) return manifest(request, response);
      if (authorization) return reply(400, errorBody('DENIED', 'The token is invalid'))(request, response);
      return reply(401, '', { 'www-authenticate': `Bearer realm="${server.origin}/token"` })(
        request,
        response,
      );
    }),
  );
  const repository = kept(openTestRegistry(server.origin)).repository('a/b');
  await repository.getManifest('v1');
  good = 'T2';
  await repository.getManifest('v1');
  expect(given).toBe(2);
  good = 'none';
  const asked = server.seen.length;
  const error = await failureOf(repository.getManifest('v1'));
  expect([error.code, error.status]).toEqual(['unauthorized', 400]);
  expect(story(server).slice(asked)).toEqual([
    'GET v1 Bearer T2',
    'GET /token?scope=repository:a/b:pull nobody',
    'GET v1 Bearer T3',
  ]);
});

describe('62: an account that is refused for a public image', () => {
  const expired = errorBody('DENIED', 'Your authorization token has expired. Reauthenticate and try again.');
  test.each([
    ['403 of the registry', 403, errorBody('DENIED', 'requested access to the resource is denied')],
    ['401 of the registry', 401, errorBody('UNAUTHORIZED', 'invalid token')],
    ['403 of ECR Public', 403, expired],
    ['400 of ECR Public', 400, errorBody('DENIED', 'The token is invalid')],
  ])('%s: one try as nobody, and the account is named once', async (_what, status, body) => {
    const refused: RefusedAccount[] = [];
    const server: ScriptedServer = kept(
      await serveScript((request, response) => {
        const { authorization } = request.headers;
        if (request.url?.startsWith('/token')) {
          const token = authorization ? 'stale' : 'anonymous';
          return reply(200, JSON.stringify({ token }))(request, response);
        }
        if (authorization === 'Bearer anonymous') return manifest(request, response);
        if (authorization === 'Bearer stale') return reply(status, body)(request, response);
        return reply(401, '', { 'www-authenticate': `Bearer realm="${server.origin}/token"` })(
          request,
          response,
        );
      }),
    );
    const options = { keychain, onAccountRefused: (each: RefusedAccount) => void refused.push(each) };
    const registry = kept(openTestRegistry(server.origin, options));
    expect(await registry.repository('a/b').headManifest('v1')).toMatchObject({ sizeBytes: MANIFEST.length });
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ host: 'registry.test', repository: 'a/b', user: 'ann' });
    const asked = server.seen.length;
    await registry.repository('a/b').getManifest('v1');
    // From then on it is read as nobody, with the token that is at hand.
    expect(server.seen.slice(asked).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer anonymous',
    ]);
    expect(refused).toHaveLength(1);
  });

  test('401 of the token service too, and where the image is private the account’s refusal is told', async () => {
    let isPublic = true;
    const server: ScriptedServer = kept(
      await serveScript((request, response) => {
        const { authorization } = request.headers;
        if (request.url?.startsWith('/token')) {
          if (authorization)
            return reply(401, '{"details":"incorrect username or password"}')(request, response);
          return reply(200, '{"token":"anonymous"}')(request, response);
        }
        if (isPublic && authorization === 'Bearer anonymous') return manifest(request, response);
        return reply(401, '', { 'www-authenticate': `Bearer realm="${server.origin}/token"` })(
          request,
          response,
        );
      }),
    );
    const registry = kept(openTestRegistry(server.origin, { keychain }));
    expect(await registry.repository('a/b').headManifest('v1')).toBeDefined();
    isPublic = false;
    const error = await failureOf(registry.repository('c/d').headManifest('v1'));
    expect([error.code, error.operation]).toEqual(['credentials rejected', 'log in']);
    expect(error.detail).toBe('it does not take the account ann (incorrect username or password)');
  });

  test('never writes as nobody', async () => {
    const server = await guarded({ opens: (header) => header === undefined, challenge: () => '' });
    const refusing = kept(
      await serveScript((request, response) =>
        request.headers.authorization === undefined && request.method !== 'PUT'
          ? reply(401, '', { 'www-authenticate': 'Basic realm="r"' })(request, response)
          : reply(403, errorBody('DENIED', 'no'))(request, response),
      ),
    );
    const index = await kept(openTestRegistry(server.origin)).repository('a/b').getManifest('v1');
    const repository = kept(openTestRegistry(refusing.origin, { keychain })).repository('a/b');
    const error = await failureOf(repository.putManifest('v1', index));
    expect(error.code).toBe('denied');
    expect(refusing.seen).toHaveLength(1);
  });
});

describe('an identity token', () => {
  const identity = keychainOf({ 'registry.test': { user: '<token>', secret: 'id-token', identity: true } });
  const asForm = async (post: (form: URLSearchParams) => { status: number; body: string }) => {
    const forms: string[] = [];
    const token: Answer = async (request, response) => {
      if (request.method !== 'POST') return reply(200, '{"token":"T1"}')(request, response);
      const text = (await readBody(request)).toString();
      forms.push(text);
      const { status, body } = post(new URLSearchParams(text));
      return reply(status, body)(request, response);
    };
    return { forms, server: await guarded({ token, opens: withToken, challenge: bearer(',service="svc"') }) };
  };

  test('is exchanged by POST, and never shown to the registry', async () => {
    const { forms, server } = await asForm(() => ({ status: 200, body: '{"access_token":"T1"}' }));
    const registry = kept(openTestRegistry(server.origin, { keychain: identity }));
    await registry.repository('a/b').getManifest('v1');
    expect(forms).toEqual([
      'grant_type=refresh_token&client_id=mirror&service=svc&scope=repository%3Aa%2Fb%3Apull&refresh_token=id-token',
    ]);
    expect(JSON.stringify(server.seen)).not.toContain('id-token');
  });

  test.each([404, 405])('is a password where the service answers %i to a POST', async (status) => {
    const { server } = await asForm(() => ({ status, body: '' }));
    const registry = kept(openTestRegistry(server.origin, { keychain: identity }));
    await registry.repository('a/b').getManifest('v1');
    const login = `Basic ${Buffer.from('<token>:id-token').toString('base64')}`;
    expect(story(server).slice(1, 3)).toEqual([
      'POST /token nobody',
      `GET /token?service=svc&scope=repository:a/b:pull ${login}`,
    ]);
  });

  test('that is over is credentials rejected, in the service’s words', async () => {
    const { server } = await asForm(() => ({ status: 400, body: errorBody('invalid_grant', 'it is over') }));
    const error = await failureOf(
      kept(openTestRegistry(server.origin, { keychain: identity }))
        .repository('a/b')
        .putManifest('v1', await anIndex()),
    );
    expect(error.code).toBe('credentials rejected');
    expect(error.detail).toContain('it is over');
    expect(error.message).not.toContain('id-token');
  });

  test('is not shown to a registry that asks for Basic', async () => {
    const server = await guarded({ opens: withBasic, challenge: () => 'Basic realm="r"' });
    const registry = kept(openTestRegistry(server.origin, { keychain: identity }));
    await failureOf(registry.repository('a/b').putManifest('v1', await anIndex()));
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  const anIndex = async () =>
    kept(openTestRegistry((await guarded({ opens: () => true, challenge: () => '' })).origin))
      .repository('a/b')
      .getManifest('v1');
});
