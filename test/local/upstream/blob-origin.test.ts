import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Descriptor } from '../../../core/oci/descriptor.ts';
import { type Digest, digestOf } from '../../../core/oci/digest.ts';
import { parseManifest } from '../../../core/oci/manifest.ts';
import { startUpstream, type Upstream } from '../../../local/upstream/start.ts';
import { ask, askRegistry, errorOf } from './ask.ts';
import { smallImages } from './small-images.ts';

const redis = { repository: 'library/redis' };
let clock = Date.parse('2026-01-01T00:00:00Z');
let hub: Upstream;
let layer: Descriptor;
let config: Descriptor;
beforeAll(async () => {
  hub = await startUpstream({ images: smallImages, now: () => clock });
  const answer = await askRegistry(hub, { ...redis, path: 'manifests/6.2' });
  const image = parseManifest(answer.body, answer.headers['content-type']);
  if (image.kind !== 'image' || !image.layers[0]) throw new Error('not an image');
  layer = image.layers[0];
  config = image.config;
});
afterAll(() => hub.close());

async function signedUrl(digest: Digest): Promise<string> {
  const answer = await askRegistry(hub, { ...redis, path: `blobs/${digest}` });
  expect(answer.status).toBe(307);
  return answer.headers['location'] ?? '';
}

describe('the registry', () => {
  test('redirects GET and HEAD of layers and configurations to another origin', async () => {
    for (const digest of [layer.digest, config.digest]) {
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await askRegistry(hub, { ...redis, path: `blobs/${digest}`, method });
        expect(answer.status).toBe(307);
        const to = new URL(answer.headers['location'] ?? '');
        expect(to.host).toBe(hub.blobHost);
        expect(to.host).not.toBe(new URL(hub.url).host);
      }
    }
  });

  test.each([
    [`sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
    ['sha256:short', 400, 'DIGEST_INVALID'],
  ])('answers %s with %i', async (digest, status, code) => {
    const answer = await askRegistry(hub, { ...redis, path: `blobs/${digest}` });
    expect(answer.status).toBe(status);
    expect(errorOf(answer).code).toBe(code);
  });

  test('knows a blob only in the repositories it belongs to', async () => {
    const answer = await askRegistry(hub, { repository: 'library/nginx', path: `blobs/${layer.digest}` });
    expect(answer.status).toBe(404);
  });
});

describe('the blob origin', () => {
  test('gives the bytes of the digest, of the size the manifest says, a gzip of a tar', async () => {
    const answer = await ask(await signedUrl(layer.digest));
    expect(answer.status).toBe(200);
    expect(answer.headers['content-length']).toBe(String(layer.sizeBytes));
    expect(digestOf(answer.body)).toBe(layer.digest);
    const tar = gunzipSync(answer.body);
    expect(tar.subarray(257, 262).toString()).toBe('ustar');
    const image = JSON.parse((await ask(await signedUrl(config.digest))).body.toString());
    expect(image.rootfs.diff_ids).toEqual([digestOf(tar)]);
  });

  test('HEAD tells the size without a body', async () => {
    const answer = await ask(await signedUrl(layer.digest), { method: 'HEAD' });
    expect(answer.headers['content-length']).toBe(String(layer.sizeBytes));
    expect(answer.body.length).toBe(0);
  });

  test('answers 400 to a credential that came along', async () => {
    const answer = await ask(await signedUrl(layer.digest), { headers: { authorization: 'Bearer x' } });
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain('Only one auth mechanism allowed');
  });

  test('answers 403 without a signature, with another and when it is old', async () => {
    const url = await signedUrl(layer.digest);
    const other = await signedUrl(config.digest);
    expect((await ask(url.replace(/&signature=.*/, ''))).status).toBe(403);
    expect((await ask(url.replace(/signature=.*/, new URL(other).searchParams.toString()))).status).toBe(403);
    expect((await ask(url.replace(/expires=\d+/, 'expires=9999999999'))).status).toBe(403);
    clock += 1_199_000;
    expect((await ask(url)).status).toBe(200);
    clock += 1000;
    expect((await ask(url)).status).toBe(403);
  });

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=65530-65600', 65_530, 65_601],
    ['bytes=150000-', 150_000, undefined],
    ['bytes=-100', -100, undefined],
    ['bytes=199000-99999999', 199_000, undefined],
  ])('%s is answered in part', async (range, from, to) => {
    const url = await signedUrl(layer.digest);
    const whole = (await ask(url)).body;
    const part = await ask(url, { headers: { range } });
    expect(part.status).toBe(206);
    expect(part.body.equals(whole.subarray(from, to))).toBe(true);
    const start = from < 0 ? whole.length + from : from;
    expect(part.headers['content-range']).toBe(
      `bytes ${start}-${start + part.body.length - 1}/${whole.length}`,
    );
  });

  test('a range behind the end is 416, a malformed one is ignored, another entity is sent whole', async () => {
    const url = await signedUrl(layer.digest);
    expect((await ask(url, { headers: { range: 'bytes=900000-' } })).status).toBe(416);
    expect((await ask(url, { headers: { range: 'lines=1-2' } })).status).toBe(200);
    const stale = await ask(url, { headers: { range: 'bytes=10-', 'if-range': '"other"' } });
    expect(stale.status).toBe(200);
    expect(stale.body.length).toBe(layer.sizeBytes);
  });
});

describe('damage', () => {
  test('a cut ends the connection after so many bytes, once', async () => {
    const url = await signedUrl(layer.digest);
    hub.damageBlob(layer.digest, { kind: 'cut', afterBytes: 100_000 });
    await expect(ask(url)).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    expect((await ask(url)).body.length).toBe(layer.sizeBytes);
  });

  test('a flip keeps the length and changes the digest, once', async () => {
    const url = await signedUrl(layer.digest);
    hub.damageBlob(layer.digest, { kind: 'flip', atByte: 120_000 });
    const wrong = await ask(url);
    const right = await ask(url);
    expect(wrong.body.length).toBe(layer.sizeBytes);
    expect([...wrong.body.keys()].filter((i) => wrong.body[i] !== right.body[i])).toEqual([120_000]);
  });
});

test('pacing holds all downloads together to the rate', async () => {
  const paced = await startUpstream({ images: smallImages, bytesPerSecond: 1_000_000 });
  try {
    const answer = await askRegistry(paced, { ...redis, path: `blobs/${layer.digest}` });
    const url = answer.headers['location'] ?? '';
    const before = performance.now();
    await Promise.all([ask(url), ask(url)]);
    expect(performance.now() - before).toBeGreaterThan(350);
  } finally {
    await paced.close();
  }
});
