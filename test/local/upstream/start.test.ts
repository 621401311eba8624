import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseManifest } from '../../../core/oci/manifest.ts';
import { listen } from '../../../local/server.ts';
import { startUpstream, type Upstream } from '../../../local/upstream/start.ts';
import { ask, askRegistry } from './ask.ts';
import { smallImages, smallIndex } from './small-images.ts';

const nginx = { repository: 'library/nginx', path: 'manifests/latest' };
let hub: Upstream;
beforeEach(async () => {
  hub = await startUpstream({ images: smallImages, now: () => 1_767_225_600_000 });
});
afterEach(() => hub.close());

test('notes each request on each server, never a signature', async () => {
  const manifest = await askRegistry(hub, { ...nginx, repository: 'library/redis', path: 'manifests/6.2' });
  const image = parseManifest(manifest.body, manifest.headers['content-type']);
  if (image.kind !== 'image') throw new Error('not an image');
  const redirect = await askRegistry(hub, {
    repository: 'library/redis',
    path: `blobs/${image.config.digest}`,
  });
  await ask(redirect.headers['location'] ?? '', { headers: { range: 'bytes=0-9' } });
  expect(hub.calls.map(({ server, kind, status }) => `${server}: ${kind} ${status}`)).toEqual([
    'auth: token 200',
    'registry: manifest get 200',
    'auth: token 200',
    'registry: blob get 307',
    'blobs: blob get 206',
  ]);
  expect(hub.calls[1]).toEqual({
    at: 1_767_225_600_000,
    server: 'registry',
    method: 'GET',
    path: '/v2/library/redis/manifests/6.2',
    kind: 'manifest get',
    repository: 'library/redis',
    user: 'anonymous',
    status: 200,
  });
  expect(hub.calls[4]).toMatchObject({ range: 'bytes=0-9' });
  expect(JSON.stringify(hub.calls)).not.toContain('signature');
});

test('a moved tag means another image, which old digests survive', async () => {
  const before = hub.digestOf('library/nginx', 'latest');
  const added = hub.addImage({ ...smallIndex('two'), tags: ['2.0'] });
  hub.moveTag('library/nginx', 'latest', '2.0');
  const answer = await askRegistry(hub, nginx);
  expect(added).not.toBe(before);
  expect(answer.headers['docker-content-digest']).toBe(added);
  expect((await askRegistry(hub, { ...nginx, path: `manifests/${before}` })).status).toBe(200);
  hub.moveTag('library/nginx', 'latest', before);
  expect(hub.digestOf('library/nginx', 'latest')).toBe(before);
});

test('a removed tag is gone; what does not exist cannot be moved or removed', async () => {
  hub.removeTag('library/nginx', 'latest');
  expect((await askRegistry(hub, nginx)).status).toBe(404);
  expect(() => hub.removeTag('library/nginx', 'latest')).toThrow(RangeError);
  expect(() => hub.moveTag('library/nginx', '1.21-alpine', 'latest')).toThrow(RangeError);
  expect(() => hub.moveTag('library/nginx', '1.21-alpine', hub.digestOf('library/redis', '6.2'))).toThrow(
    RangeError,
  );
});

test('faults hit the server they were added to and are in the log', async () => {
  hub.faults.registry.add({
    kind: 'status',
    status: 500,
    match: (r) => r.url?.includes('/manifests/') ?? false,
  });
  expect((await askRegistry(hub, nginx)).status).toBe(500);
  expect((await askRegistry(hub, nginx)).status).toBe(200);
  hub.faults.registry.add({ kind: 'lost', match: () => true });
  await expect(askRegistry(hub, nginx)).rejects.toThrow();
  expect(hub.calls.filter((c) => c.server === 'registry').map((c) => c.status)).toEqual([500, 200, 0]);
});

test('takes the ports it is given, and leaves nothing open where one is taken', async () => {
  const taken = await listen((_, response) => void response.end());
  const free = await listen((_, response) => void response.end());
  await free.close();
  const ports = { registry: taken.port, auth: free.port, blobs: 0 };
  await expect(startUpstream({ images: smallImages, ports })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await taken.close();
  const second = await startUpstream({ images: smallImages, ports });
  expect(second.url).toBe(`http://127.0.0.1:${taken.port}`);
  expect(second.authHost).toBe(`127.0.0.1:${free.port}`);
  await second.close();
});
