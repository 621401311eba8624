import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { isAttestation, parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { SAMPLE_ACCOUNT } from '../../../local/upstream/samples.ts';
import { startUpstream, type Upstream } from '../../../local/upstream/start.ts';
import { ask, askRegistry, errorOf, tokenFor } from './ask.ts';
import { smallImages } from './small-images.ts';

const LOGIN = `${SAMPLE_ACCOUNT.user}:${SAMPLE_ACCOUNT.secret}`;
const nginx = { repository: 'library/nginx', path: 'manifests/1.21-alpine' };
let clock = Date.parse('2026-01-01T00:00:00Z');
let hub: Upstream;
beforeAll(async () => {
  hub = await startUpstream({ images: smallImages, now: () => clock, pullLimit: 1000 });
});
afterAll(() => hub.close());

describe('the challenge', () => {
  test('names the token service, the service and the scope', async () => {
    const answer = await ask(`${hub.url}/v2/library/nginx/manifests/1.21-alpine`);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer realm="http://${hub.authHost}/token",service="registry.docker.io",scope="repository:library/nginx:pull"`,
    );
    expect(errorOf(answer)).toMatchObject({ code: 'UNAUTHORIZED', message: 'authentication required' });
  });

  test('has no scope on /v2/, which any token opens', async () => {
    const closed = await ask(`${hub.url}/v2/`);
    const token = await tokenFor(hub, { repository: 'library/nginx' });
    const opened = await ask(`${hub.url}/v2/`, { headers: { authorization: `Bearer ${token}` } });
    expect(closed.status).toBe(401);
    expect(closed.headers['www-authenticate']).not.toContain('scope');
    expect(opened.status).toBe(200);
  });

  test('calls a token invalid after 300 seconds', async () => {
    const token = await tokenFor(hub, nginx);
    const get = () =>
      ask(`${hub.url}/v2/library/nginx/tags/list`, { headers: { authorization: `Bearer ${token}` } });
    clock += 299_000;
    expect((await get()).status).toBe(200);
    clock += 1000;
    const late = await get();
    expect(late.status).toBe(401);
    expect(late.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  test.each([
    ['Basic', `Basic ${Buffer.from(LOGIN).toString('base64')}`],
    ['a token nobody signed', 'Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.e30.AAAA'],
    ['no token at all', 'Bearer x'],
  ])('does not take %s', async (_, authorization) => {
    const answer = await ask(`${hub.url}/v2/library/nginx/tags/list`, { headers: { authorization } });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  test('does not take a token for another service', async () => {
    const token = await tokenFor(hub, { repository: 'library/nginx', service: 'elsewhere' });
    const answer = await ask(`${hub.url}/v2/library/nginx/tags/list`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(401);
  });

  test('says insufficient_scope to a token for another repository', async () => {
    const token = await tokenFor(hub, { repository: 'library/redis' });
    const answer = await ask(`${hub.url}/v2/library/nginx/tags/list`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"');
  });
});

describe('the token service', () => {
  const url = (query: string) => `http://${hub.authHost}/token?service=registry.docker.io${query}`;

  test('answers token and access_token with a life of 300 seconds', async () => {
    const answer = JSON.parse((await ask(url('&scope=repository:library/nginx:pull'))).body.toString());
    expect(answer).toMatchObject({ expires_in: 300, issued_at: new Date(clock).toISOString() });
    expect(answer.access_token).toBe(answer.token);
  });

  test('refuses a wrong password', async () => {
    const authorization = `Basic ${Buffer.from('acme:wrong').toString('base64')}`;
    const answer = await ask(url(''), { headers: { authorization } });
    expect(answer.status).toBe(401);
    expect(answer.body.toString()).toContain('incorrect username or password');
  });

  test('grants several scopes in one token', async () => {
    const scopes = '&scope=repository:library/nginx:pull&scope=repository:library/redis:pull';
    const { token } = JSON.parse((await ask(url(scopes))).body.toString());
    for (const name of ['nginx', 'redis']) {
      const answer = await ask(`${hub.url}/v2/library/${name}/tags/list`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(200);
    }
  });
});

describe('what cannot be seen', () => {
  test.each(['acme/private-base', 'acme/missing', 'nginx'])(
    '%s gets a token and then 401, whether it is private or missing',
    async (repository) => {
      for (const method of ['HEAD', 'GET'] as const) {
        const answer = await askRegistry(hub, { repository, path: 'manifests/1.0', method });
        expect(answer.status).toBe(401);
        expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"');
      }
    },
  );

  test('a private repository is open to its owner', async () => {
    const wish = { repository: 'acme/private-base', path: 'manifests/1.0', login: LOGIN };
    expect((await askRegistry(hub, wish)).status).toBe(200);
    expect(hub.calls.at(-1)).toMatchObject({ user: 'acme', kind: 'manifest get', status: 200 });
  });
});

describe('manifests', () => {
  test('a tag, its digest and each child answer bytes with that digest', async () => {
    const byTag = await askRegistry(hub, nginx);
    const digest = hub.digestOf('library/nginx', '1.21-alpine');
    expect(byTag).toMatchObject({
      status: 200,
      headers: {
        'content-type': MEDIA_TYPE.ociIndex,
        'docker-content-digest': digest,
        'content-length': String(byTag.body.length),
      },
    });
    expect(digestOf(byTag.body)).toBe(digest);
    const byDigest = await askRegistry(hub, { ...nginx, path: `manifests/${digest}` });
    expect(byDigest.body.equals(byTag.body)).toBe(true);

    const index = parseManifest(byTag.body, byTag.headers['content-type']);
    if (index.kind !== 'index') throw new Error('not an index');
    expect(index.manifests.map(isAttestation)).toEqual([false, false, true]);
    for (const child of index.manifests) {
      const answer = await askRegistry(hub, { ...nginx, path: `manifests/${child.digest}` });
      expect(answer.body.length).toBe(child.sizeBytes);
      expect(parseManifest(answer.body, answer.headers['content-type'])).toMatchObject({
        kind: 'image',
        digest: child.digest,
      });
    }
  });

  test('HEAD has the headers of GET and no body', async () => {
    const get = await askRegistry(hub, nginx);
    const head = await askRegistry(hub, { ...nginx, method: 'HEAD' });
    expect(head.body.length).toBe(0);
    for (const name of ['content-length', 'content-type', 'docker-content-digest']) {
      expect(head.headers[name]).toBe(get.headers[name]);
    }
  });

  test.each(['9.99', `sha256:${'0'.repeat(64)}`, `sha256-${'0'.repeat(64)}`])(
    '%s is unknown',
    async (tag) => {
      const answer = await askRegistry(hub, { ...nginx, path: `manifests/${tag}` });
      expect(answer.status).toBe(404);
      expect(errorOf(answer).code).toBe('MANIFEST_UNKNOWN');
    },
  );

  test.each([MEDIA_TYPE.ociManifest, MEDIA_TYPE.dockerManifest, '*/*', ''])(
    'an index is not found by who accepts only "%s"',
    async (accept) => {
      const answer = await askRegistry(hub, { ...nginx, headers: { accept } });
      expect(answer.status).toBe(404);
      expect(errorOf(answer).code).toBe('MANIFEST_UNKNOWN');
    },
  );

  test('a Docker image keeps its own types', async () => {
    const answer = await askRegistry(hub, { repository: 'library/redis', path: 'manifests/6.2' });
    const image = parseManifest(answer.body, answer.headers['content-type']);
    expect(image.mediaType).toBe(MEDIA_TYPE.dockerManifest);
  });
});

describe('tags/list', () => {
  test('answers all tags in order', async () => {
    const answer = await askRegistry(hub, { ...nginx, path: 'tags/list' });
    expect(JSON.parse(answer.body.toString())).toEqual({
      name: 'library/nginx',
      tags: ['1.21-alpine', '1.22-alpine', '1.23-alpine', 'latest'],
    });
    expect(answer.headers['link']).toBeUndefined();
  });

  test('pages with n, last and Link', async () => {
    const pages: string[][] = [];
    let path: string | undefined = 'tags/list?n=3';
    while (path !== undefined) {
      const answer = await askRegistry(hub, { ...nginx, path });
      pages.push(JSON.parse(answer.body.toString()).tags);
      path = /<\/v2\/library\/nginx\/(.+)>; rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
    }
    expect(pages).toEqual([['1.21-alpine', '1.22-alpine', '1.23-alpine'], ['latest']]);
  });

  test('refuses a page size that is none', async () => {
    const answer = await askRegistry(hub, { ...nginx, path: 'tags/list?n=many' });
    expect(answer.status).toBe(400);
  });
});

describe('what it does not do', () => {
  test('there is no referrers API', async () => {
    const digest = hub.digestOf('library/nginx', 'latest');
    expect((await askRegistry(hub, { ...nginx, path: `referrers/${digest}` })).status).toBe(404);
  });

  test.each([
    ['POST', 'blobs/uploads/', 401],
    ['PUT', 'manifests/mine', 401],
    ['DELETE', 'manifests/1.21-alpine', 405],
  ] as const)('%s %s answers %i and changes nothing', async (method, path, status) => {
    const before = hub.digestOf('library/nginx', '1.21-alpine');
    const answer = await askRegistry(hub, { ...nginx, path, method });
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.headers['www-authenticate']).toContain(':pull,push"');
    expect(hub.digestOf('library/nginx', '1.21-alpine')).toBe(before);
  });
});
