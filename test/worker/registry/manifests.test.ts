import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { parseManifest } from '../../../core/oci/manifest.ts';
import { ACCEPT_MANIFESTS, MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { errorBody, inTurn, reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { failureOf, openTestRegistry } from './test-registry.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};
const repositoryAt = (server: ScriptedServer) => kept(openTestRegistry(server.origin)).repository('a/b');

const TEXT = `${JSON.stringify({ schemaVersion: 2, manifests: [] }, null, 3)}\n`;
const DIGEST = digestOf(Buffer.from(TEXT));
const OTHER = digestOf(Buffer.from('other'));
const headers = { 'content-type': `${MEDIA_TYPE.ociIndex}; charset=utf-8`, 'docker-content-digest': DIGEST };
const good = reply(200, TEXT, headers);

describe('HEAD of a manifest', () => {
  test('tells digest, media type and size, and asks for all four media types', async () => {
    const server = kept(await serveScript(good));
    expect(await repositoryAt(server).headManifest('v1')).toEqual({
      digest: DIGEST,
      mediaType: MEDIA_TYPE.ociIndex,
      sizeBytes: TEXT.length,
    });
    expect(server.seen.map(({ method, url, headers }) => [method, url, headers.accept])).toEqual([
      ['HEAD', '/v2/a/b/manifests/v1', ACCEPT_MANIFESTS],
    ]);
  });

  test('is undefined where there is none', async () => {
    const server = kept(await serveScript(reply(404)));
    expect(await repositoryAt(server).headManifest('v1')).toBeUndefined();
    expect(server.seen.length).toBe(1);
  });

  test('leaves its connection to the next one', async () => {
    const server = kept(await serveScript(good));
    const repository = repositoryAt(server);
    for (const tag of ['1', '2', '3', '4', '5', '6']) await repository.headManifest(tag);
    // undici's pool opens a second one while it is still putting the first away.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  test.each([
    ['digest', { 'content-type': MEDIA_TYPE.ociIndex, 'content-length': TEXT.length }],
    ['length', { 'content-type': MEDIA_TYPE.ociIndex, 'docker-content-digest': DIGEST }],
    ['type', { 'content-length': TEXT.length, 'docker-content-digest': DIGEST }],
    [
      'digest of a kind that is known',
      { ...headers, 'content-length': 9, 'docker-content-digest': 'sha512:a' },
    ],
  ])('71: without %s is followed by a GET, which tells it', async (_name, told) => {
    const server = kept(
      await serveScript((request, response) => {
        if (request.method === 'GET') return good(request, response);
        response.writeHead(200, told).end();
      }),
    );
    expect(await repositoryAt(server).headManifest('v1')).toEqual({
      digest: DIGEST,
      mediaType: MEDIA_TYPE.ociIndex,
      sizeBytes: TEXT.length,
    });
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  test.each([
    [400, 'TAG_INVALID', 'protocol'],
    [401, 'UNAUTHORIZED', 'unauthorized'],
    [403, 'DENIED', 'denied'],
  ])('that fails with %s is asked again with GET for the reason', async (status, code, expected) => {
    const server = kept(await serveScript(reply(status, errorBody(code, 'the reason'))));
    const error = await failureOf(repositoryAt(server).headManifest('v1'));
    expect([error.code, error.detail]).toEqual([expected, `${code}: the reason`]);
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  test('by digest does not believe an answer about another one', async () => {
    const server = kept(await serveScript(good));
    expect((await failureOf(repositoryAt(server).headManifest(OTHER))).code).toBe('digest mismatch');
  });
});

describe('GET of a manifest', () => {
  test('keeps the bytes as they came', async () => {
    const server = kept(await serveScript(good));
    const manifest = await repositoryAt(server).getManifest(DIGEST);
    expect(Buffer.from(manifest.bytes).toString()).toBe(TEXT);
    expect([manifest.digest, manifest.mediaType]).toEqual([DIGEST, MEDIA_TYPE.ociIndex]);
  });

  test('is followed through a redirect', async () => {
    const server = kept(await serveScript(inTurn(reply(307, '', { location: '/elsewhere' }), good)));
    expect((await repositoryAt(server).getManifest('v1')).digest).toBe(DIGEST);
  });

  test.each([
    ['other bytes than the digest asked for', OTHER, headers],
    ['a header that lies about its bytes', 'v1', { ...headers, 'docker-content-digest': OTHER }],
  ])('with %s is an error', async (_name, key, sent) => {
    const server = kept(await serveScript(reply(200, TEXT, sent)));
    expect((await failureOf(repositoryAt(server).getManifest(key))).code).toBe('digest mismatch');
  });

  test.each([
    ['no JSON', '<html>', MEDIA_TYPE.ociIndex],
    ['schema 1', '{"schemaVersion":1}', 'application/vnd.docker.distribution.manifest.v1+json'],
    ['an image and an index at once', '{"schemaVersion":2,"manifests":[],"layers":[]}', MEDIA_TYPE.ociIndex],
  ])('that is %s is not supported', async (_name, body, type) => {
    const server = kept(await serveScript(reply(200, body, { 'content-type': type })));
    expect((await failureOf(repositoryAt(server).getManifest('v1'))).code).toBe('unsupported manifest');
  });
});

describe('PUT of a manifest', () => {
  const manifest = parseManifest(Buffer.from(TEXT), MEDIA_TYPE.ociIndex);

  test('sends the bytes as they came, with their media type and their length', async () => {
    const bodies: Buffer[] = [];
    const server = kept(
      await serveScript(async (request, response) => {
        for await (const chunk of request) bodies.push(chunk);
        return reply(201, '', { 'docker-content-digest': DIGEST })(request, response);
      }),
    );
    await repositoryAt(server).putManifest('v1', manifest);
    expect(Buffer.concat(bodies).toString()).toBe(TEXT);
    expect(server.seen[0]?.headers).toMatchObject({
      'content-type': MEDIA_TYPE.ociIndex,
      'content-length': String(TEXT.length),
    });
  });

  test('is an error where the registry stored something else', async () => {
    const server = kept(await serveScript(reply(201, '', { 'docker-content-digest': OTHER })));
    expect((await failureOf(repositoryAt(server).putManifest('v1', manifest))).code).toBe('digest mismatch');
  });

  const missing = `Layers with digests '[${OTHER}]' required for pushing image into repository with name 'a/b' in the registry with id '1' do not exist`;
  test.each([
    [
      400,
      'TAG_INVALID',
      "The image tag 'v1' already exists in the 'a/b' repository and cannot be overwritten because the tag is immutable.",
      'tag immutable',
    ],
    [404, 'BLOB_UPLOAD_UNKNOWN', missing, 'blob unknown'],
    [404, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', 'blob unknown'],
    [
      405,
      'UNSUPPORTED',
      "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
      'unsupported manifest',
    ],
    [400, 'MANIFEST_INVALID', 'manifest invalid', 'unsupported manifest'],
    [
      404,
      'NAME_UNKNOWN',
      "The repository with name 'a/b' does not exist in the registry with id '1'",
      'repository unknown',
    ],
    [403, 'DENIED', 'not authorized to perform: ecr:PutImage', 'denied'],
    [413, '', '', 'too large'],
  ])('refused with %s %s is told as what it is', async (status, code, message, expected) => {
    const server = kept(await serveScript(reply(status, errorBody(code, message))));
    const error = await failureOf(repositoryAt(server).putManifest('v1', manifest));
    expect([error.code, error.status, error.operation]).toEqual([expected, status, 'put manifest']);
    expect(error.detail).toContain(message.slice(0, 200));
    expect(error.missing).toEqual(message === missing ? [OTHER] : undefined);
    expect(server.seen.length).toBe(1);
  });
});

describe('names that would change the path', () => {
  test.each(['../a', 'a/../b', 'a//b', 'A', 'a?b', 'a#b', 'a%2fb', '', '/a'])(
    '%p is no repository',
    (name) => {
      const registry = kept(openTestRegistry('http://127.0.0.1:1'));
      expect(() => registry.repository(name)).toThrow(RangeError);
    },
  );
  test.each(['../x', 'a/b', 'a?b', '.x', '', 'sha256:abc'])('%p is no key', async (key) => {
    const repository = kept(openTestRegistry('http://127.0.0.1:1')).repository('a');
    await expect(repository.getManifest(key)).rejects.toThrow(RangeError);
  });
});

describe('a manifest that a proxy has compressed, though it was asked for as it is,', () => {
  const packed = (bytes: Buffer, claimed = DIGEST) =>
    serveScript((request, response) => {
      request.resume();
      response.writeHead(200, {
        'content-type': MEDIA_TYPE.ociIndex,
        'docker-content-digest': claimed,
        'content-encoding': 'gzip',
        'content-length': bytes.length,
      });
      response.end(request.method === 'HEAD' ? undefined : bytes);
    });

  test.each(['v1', DIGEST])('is read as what its digest is of: %s', async (key) => {
    const server = kept(await packed(gzipSync(TEXT)));
    const manifest = await repositoryAt(server).getManifest(key);
    expect([manifest.digest, Buffer.from(manifest.bytes).toString()]).toEqual([DIGEST, TEXT]);
    expect(server.seen[0]?.headers['accept-encoding']).toBe('identity');
  });

  test('is asked for by GET where only its size was wanted', async () => {
    const server = kept(await packed(gzipSync(TEXT)));
    const facts = await repositoryAt(server).headManifest('v1');
    expect(facts).toEqual({ digest: DIGEST, mediaType: MEDIA_TYPE.ociIndex, sizeBytes: TEXT.length });
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  test.each([
    ['of another digest', gzipSync('{"schemaVersion":2,"manifests":[ ]}'), 'digest mismatch'],
    ['above 4 MiB', gzipSync(Buffer.alloc(5 * 1024 * 1024, ' ')), 'too large'],
    ['that is none', Buffer.from('{}'), 'protocol'],
  ])('is refused where it holds one %s', async (_name, bytes, code) => {
    const server = kept(await packed(bytes));
    expect((await failureOf(repositoryAt(server).getManifest(DIGEST))).code).toBe(code);
  });
});
