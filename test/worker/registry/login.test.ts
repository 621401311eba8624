import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { headerAuthorization } from '../../../worker/registry/authorization.ts';
import { keychainOf } from '../../../worker/registry/keychain.ts';
import type { Registry } from '../../../worker/registry/registry.ts';
import { errorBody, inTurn, reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { failureOf, handClock, openTestRegistry } from './test-registry.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};

const MANIFEST = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: [] });
const DIGEST = digestOf(Buffer.from(MANIFEST));
const manifest = reply(200, MANIFEST, {
  'content-type': MEDIA_TYPE.ociIndex,
  'docker-content-digest': DIGEST,
});
const account = keychainOf({ 'registry.test': { user: 'ann', secret: 'pass:word' } });
const basic = `Basic ${Buffer.from('ann:pass:word').toString('base64')}`;

/** A registry that lets in who shows the token that `tokenServer` gave out last. */
async function bearerRegistry(realm: (own: ScriptedServer) => string, body: object = { expires_in: 300 }) {
  const valid = new Set(['T1', 'T2', 'T3']);
  let given = 0;
  const server: ScriptedServer = kept(
    await serveScript((request, response) => {
      if (request.url?.startsWith('/token')) {
        given += 1;
        return reply(200, JSON.stringify({ ...body, token: `T${given}` }))(request, response);
      }
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      if (valid.has(token)) return manifest(request, response);
      const challenge = `Bearer realm="${realm(server)}",service="svc",scope="repository:a/b:pull"`;
      return reply(401, errorBody('UNAUTHORIZED', 'login'), { 'www-authenticate': challenge })(
        request,
        response,
      );
    }),
  );
  return { server, valid };
}
const tokenCalls = (server: ScriptedServer): readonly string[] =>
  server.seen.filter(({ url }) => url.startsWith('/token')).map(({ url }) => url);

describe('a registry that wants a token', () => {
  test('gets one from its own token service, asked for once and used again', async () => {
    const { server } = await bearerRegistry((own) => `${own.origin}/token`);
    const repository = kept(openTestRegistry(server.origin)).repository('a/b');
    await repository.getManifest('v1');
    await repository.getManifest('v2');
    expect(tokenCalls(server)).toEqual(['/token?service=svc&scope=repository%3Aa%2Fb%3Apull']);
    expect(server.seen.map(({ method, url }) => `${method} ${url.split('?')[0]}`)).toEqual([
      'GET /v2/a/b/manifests/v1',
      'GET /token',
      'GET /v2/a/b/manifests/v1',
      'GET /v2/a/b/manifests/v2',
    ]);
  });

  test('sees the account only at the token service, and nobody sees it without one', async () => {
    const { server } = await bearerRegistry((own) => `${own.origin}/token`);
    await kept(openTestRegistry(server.origin, { keychain: account }))
      .repository('a/b')
      .getManifest('v1');
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, basic, 'Bearer T1']);
    await kept(openTestRegistry(server.origin)).repository('a/b').getManifest('v1');
    expect(server.seen.slice(3).map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      undefined,
      'Bearer T2',
    ]);
  });

  test('is asked for another repository with a token at once, without a refusal first', async () => {
    const { server } = await bearerRegistry((own) => `${own.origin}/token`);
    const registry = kept(openTestRegistry(server.origin));
    await registry.repository('a/b').getManifest('v1');
    await registry.repository('c/d').getManifest('v1');
    expect(server.seen.filter(({ url }) => url.includes('/c/d/')).length).toBe(1);
    expect(tokenCalls(server)[1]).toContain('repository%3Ac%2Fd%3Apull');
  });

  test('gives one token to requests that ask at the same time', async () => {
    const { server } = await bearerRegistry((own) => `${own.origin}/token`);
    const repository = kept(openTestRegistry(server.origin)).repository('a/b');
    await Promise.all([1, 2, 3, 4, 5].map((n) => repository.getManifest(`v${n}`)));
    expect(tokenCalls(server).length).toBe(1);
  });

  test.each([
    ['expires_in 300', 300, 239_000, 241_000],
    ['expires_in 3600', 3_600, 3_539_000, 3_541_000],
    ['expires_in 1, not believed', 1, 44_000, 46_000],
    ['expires_in 0', 0, 44_000, 46_000],
    ['expires_in negative', -5, 44_000, 46_000],
    ['expires_in missing', undefined, 44_000, 46_000],
    ['expires_in a text', '300', 44_000, 46_000],
  ])('gets a new one before the old is over: %s', async (_name, expires_in, before, after) => {
    const clock = handClock();
    const { server } = await bearerRegistry((own) => `${own.origin}/token`, { expires_in });
    const repository = kept(openTestRegistry(server.origin, { clock })).repository('a/b');
    await repository.getManifest('v1');
    clock.advance(before);
    await repository.getManifest('v1');
    expect(tokenCalls(server).length).toBe(1);
    clock.advance(after - before);
    await repository.getManifest('v1');
    expect(tokenCalls(server).length).toBe(2);
  });

  test('gets a new one when the old is refused early, and a second refusal is the end', async () => {
    const { server, valid } = await bearerRegistry((own) => `${own.origin}/token`);
    const repository = kept(openTestRegistry(server.origin)).repository('a/b');
    await repository.getManifest('v1');
    valid.delete('T1');
    await repository.getManifest('v1');
    expect(tokenCalls(server).length).toBe(2);
    valid.clear();
    const error = await failureOf(repository.getManifest('v1'));
    expect([error.code, error.status, error.retryable]).toEqual(['unauthorized', 401, false]);
    expect(tokenCalls(server).length).toBe(3);
  });
});

describe('a token that is not enough', () => {
  test('is not asked for again: two requests with it and one for it tell the story', async () => {
    const server: ScriptedServer = kept(
      await serveScript((request, response) => {
        if (request.url?.startsWith('/token')) return reply(200, '{"token":"T1"}')(request, response);
        const error = request.headers.authorization ? ',error="insufficient_scope"' : '';
        const challenge = `Bearer realm="${server.origin}/token",service="s",scope="repository:a/b:pull"${error}`;
        return reply(401, errorBody('UNAUTHORIZED', 'authentication required'), {
          'www-authenticate': challenge,
        })(request, response);
      }),
    );
    const repository = kept(openTestRegistry(server.origin)).repository('a/b');
    const error = await failureOf(repository.headManifest('v1'));
    expect(error).toMatchObject({ code: 'unauthorized', detail: 'UNAUTHORIZED: authentication required' });
    expect(server.seen.map(({ method, url }) => `${method} ${url.slice(0, 6)}`)).toEqual([
      'HEAD /v2/a/',
      'GET /token',
      'HEAD /v2/a/',
      'GET /v2/a/',
    ]);
  });
});

describe('a token service somewhere else', () => {
  test('sees nothing, though an account is at hand', async () => {
    const canary = kept(await serveScript(reply(200, '{"token":"T1"}')));
    const { server } = await bearerRegistry(() => `${canary.origin}/token`);
    const registry = kept(openTestRegistry(server.origin, { keychain: account }));
    const error = await failureOf(registry.repository('a/b').getManifest('v1'));
    expect(error.code).toBe('refused address');
    expect(error.operation).toBe('log in');
    expect(canary.connections).toBe(0);
  });

  test('is asked by nobody where its address may be reached, and never with an account', async () => {
    const elsewhere = kept(await serveScript(reply(200, '{"token":"T1"}')));
    const { server } = await bearerRegistry(() => `${elsewhere.origin}/token`);
    // Reachable, and not named as a token service.
    const settings = { blobHosts: [`127.0.0.1:${elsewhere.port}`] };
    const known = kept(openTestRegistry(server.origin, { keychain: account, settings }));
    expect((await failureOf(known.repository('a/b').getManifest('v1'))).code).toBe('refused address');
    expect(elsewhere.connections).toBe(0);
    await kept(openTestRegistry(server.origin, { settings })).repository('a/b').getManifest('v1');
    expect(elsewhere.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('is asked where the configuration names it', async () => {
    const elsewhere = kept(await serveScript(reply(200, '{"access_token":"T1"}')));
    const { server } = await bearerRegistry(() => `${elsewhere.origin}/token`);
    const settings = { authHosts: [`127.0.0.1:${elsewhere.port}`] };
    const registry = kept(openTestRegistry(server.origin, { keychain: account, settings }));
    await registry.repository('a/b').getManifest('v1');
    expect(elsewhere.seen.map(({ headers }) => headers.authorization)).toEqual([basic]);
    expect(server.seen.at(-1)?.headers.authorization).toBe('Bearer T1');
  });

  test.each([
    ['a file', 'file:///etc/passwd'],
    ['no address', 'nowhere'],
    ['a user name in it', 'http://ann@127.0.0.1:1/token'],
    ['https on a private address', 'https://127.0.0.1:1/token'],
    ['another public host', 'https://tokens.example.com/token'],
  ])('is refused: %s', async (_name, realm) => {
    const { server } = await bearerRegistry(() => realm);
    const error = await failureOf(
      kept(openTestRegistry(server.origin, { keychain: account }))
        .repository('a/b')
        .getManifest('v1'),
    );
    expect(error.code).toBe('refused address');
  });

  test('that redirects is not followed with the account', async () => {
    const canary = kept(await serveScript(reply(200, '{"token":"T1"}')));
    const server: ScriptedServer = kept(
      await serveScript((request, response) =>
        request.url?.startsWith('/token')
          ? reply(307, '', { location: `${canary.origin}/token` })(request, response)
          : reply(401, '', { 'www-authenticate': `Bearer realm="${server.origin}/token"` })(
              request,
              response,
            ),
      ),
    );
    const registry = kept(openTestRegistry(server.origin, { keychain: account }));
    const error = await failureOf(registry.repository('a/b').getManifest('v1'));
    expect([error.code, error.operation]).toEqual(['protocol', 'log in']);
    expect(canary.connections).toBe(0);
  });

  test.each([
    [
      'refuses',
      reply(401, errorBody('UNAUTHORIZED', 'incorrect username or password')),
      'credentials rejected',
    ],
    ['sends no JSON', reply(200, '<html>'), 'protocol'],
    ['sends no token', reply(200, '{}'), 'protocol'],
    ['sends a token with a line break', reply(200, '{"token":"a\\r\\nx: y"}'), 'protocol'],
    ['sends too much', reply(200, `{"token":"${'a'.repeat(70_000)}"}`), 'too large'],
  ])('that %s ends the request with its reason', async (_name, answer, code) => {
    const server: ScriptedServer = kept(
      await serveScript((request, response) =>
        request.url?.startsWith('/token')
          ? answer(request, response)
          : reply(401, '', { 'www-authenticate': `Bearer realm="${server.origin}/token"` })(
              request,
              response,
            ),
      ),
    );
    const error = await failureOf(
      kept(openTestRegistry(server.origin, { keychain: account }))
        .repository('a/b')
        .getManifest('v1'),
    );
    expect([error.code, error.operation]).toEqual([code, 'log in']);
    expect(error.message).not.toMatch(/pass:word|Basic /);
  });
});

describe('Basic', () => {
  test('is shown after it was asked for, then at once', async () => {
    const server = kept(
      await serveScript(inTurn(reply(401, '', { 'www-authenticate': 'Basic realm="r"' }), manifest)),
    );
    const repository = kept(openTestRegistry(server.origin, { keychain: account })).repository('a/b');
    await repository.getManifest('v1');
    await repository.getManifest('v1');
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, basic, basic]);
  });

  test('is not repeated when it was wrong, nor sent without an account', async () => {
    const server = kept(await serveScript(reply(401, '', { 'www-authenticate': 'Basic realm="r"' })));
    await failureOf(kept(openTestRegistry(server.origin)).repository('a/b').getManifest('v1'));
    expect(server.seen.length).toBe(1);
    const repository = kept(openTestRegistry(server.origin, { keychain: account })).repository('a/b');
    const error = await failureOf(repository.getManifest('v1'));
    expect(error.code).toBe('credentials rejected');
    const shown = () => server.seen.slice(1).map(({ headers }) => headers.authorization);
    // The third is the one try as nobody.
    expect(shown()).toEqual([undefined, basic, undefined]);
    await failureOf(repository.getManifest('v1'));
    expect(shown().slice(3)).toEqual([basic, undefined]);
  });
});

describe('a ready header, as Amazon ECR takes it', () => {
  const expired = reply(
    403,
    errorBody('DENIED', 'Your authorization token has expired. Reauthenticate and try again.'),
  );
  const ecr = (server: ScriptedServer): { registry: Registry; asked: string[] } => {
    const asked: string[] = [];
    const authorization = headerAuthorization(async (refused) => {
      asked.push(refused ?? 'none refused');
      return refused === undefined ? 'Basic old' : 'Basic new';
    });
    return { registry: kept(openTestRegistry(server.origin, { authorization })), asked };
  };

  test('goes with the first request', async () => {
    const server = kept(await serveScript(manifest));
    await ecr(server).registry.repository('a/b').getManifest('v1');
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Basic old']);
  });

  test('is renewed once after the sentence about an expired token', async () => {
    const server = kept(await serveScript(inTurn(expired, manifest)));
    const { registry, asked } = ecr(server);
    await registry.repository('a/b').getManifest('v1');
    expect(asked).toEqual(['none refused', 'Basic old']);
    expect(server.seen.at(-1)?.headers.authorization).toBe('Basic new');
  });

  test('is renewed for a HEAD too, whose refusal has no words', async () => {
    const server = kept(
      await serveScript((request, response) =>
        request.headers.authorization === 'Basic new'
          ? manifest(request, response)
          : expired(request, response),
      ),
    );
    expect(await ecr(server).registry.repository('a/b').headManifest('v1')).toMatchObject({ digest: DIGEST });
  });

  test('is not renewed for any other 403, whose sentence is kept', async () => {
    const sentence =
      'User: arn:aws:sts::1:assumed-role/w/i is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:1:repository/a/b because no identity-based policy allows the ecr:BatchGetImage action';
    const server = kept(await serveScript(reply(403, errorBody('DENIED', sentence))));
    const { registry, asked } = ecr(server);
    const error = await failureOf(registry.repository('a/b').getManifest('v1'));
    expect(asked).toEqual(['none refused']);
    expect([error.code, error.detail]).toEqual(['denied', `DENIED: ${sentence}`]);
  });
});
