import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'undici';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { blobOf, sampleImage } from './sample-image.ts';

let ecr: EcrStandIn;
let pusher: Pusher;
let now = 1_700_000_000_000;

beforeEach(async () => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION, now: () => now });
  pusher = await createPusher(ecr);
  await pusher.createRepository('team/app');
});
afterEach(() => ecr.close());

const blob = blobOf(Buffer.from('some bytes'));
const start = async () => {
  const started = await pusher.send('POST', '/v2/team/app/blobs/uploads/');
  return new URL(String(started.headers['location']), `http://${ecr.registryHost}`);
};

describe('uploads', () => {
  test('a POST and one PUT store a blob, which HEAD then shows with a misleading content type', async () => {
    expect((await pusher.pushBlob('team/app', blob)).status).toBe(201);
    const head = await pusher.send('HEAD', `/v2/team/app/blobs/${blob.digest}`);
    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe('10');
    expect(head.headers['content-type']).toBe('application/vnd.docker.container.image.v1+json');
    expect(await ecr.admin.blob('team/app', blob.digest)).toEqual(blob.bytes);
  });

  test('locations take turns between relative and absolute', async () => {
    const first = await pusher.send('POST', '/v2/team/app/blobs/uploads/');
    const second = await pusher.send('POST', '/v2/team/app/blobs/uploads/');
    const absolute = [first, second].map((sent) => String(sent.headers['location']).startsWith('http://'));
    expect(absolute.sort()).toEqual([false, true]);
  });

  test.each(['relative', 'absolute'] as const)('locations can be %s every time', async (locations) => {
    await ecr.close();
    ecr = await startEcr({ accountId: ACCOUNT, region: REGION, locations });
    pusher = await createPusher(ecr);
    await pusher.createRepository('team/app');
    for (let n = 0; n < 3; n += 1) {
      const { headers } = await pusher.send('POST', '/v2/team/app/blobs/uploads/');
      expect(String(headers['location']).startsWith('http://')).toBe(locations === 'absolute');
    }
    expect((await pusher.pushBlob('team/app', blob)).status).toBe(201);
  });

  test('a location whose query was lost leads nowhere', async () => {
    const location = await start();
    const bare = `${location.origin}${location.pathname}?digest=${blob.digest}`;
    const put = await pusher.send('PUT', bare, { body: blob.bytes });
    expect([put.status, put.error.split(':')[0]]).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
  });

  test('other bytes than the digest says are refused, and the session is gone', async () => {
    const location = await start();
    location.searchParams.set('digest', blob.digest);
    const put = await pusher.send('PUT', location.href, { body: Buffer.from('other bytes') });
    expect(put.status).toBe(400);
    expect(put.error).toBe(
      'BLOB_UPLOAD_INVALID: None of the provided layer digests match the calculated layer digest',
    );
    expect((await pusher.send('PUT', location.href, { body: blob.bytes })).status).toBe(404);
    expect((await pusher.send('HEAD', `/v2/team/app/blobs/${blob.digest}`)).status).toBe(404);
  });

  test('one PATCH and an empty PUT work; the PATCH is answered 201', async () => {
    const location = await start();
    const patch = await pusher.send('PATCH', location.href, { body: blob.bytes });
    expect(patch.status).toBe(201);
    const next = new URL(String(patch.headers['location']), location);
    next.searchParams.set('digest', blob.digest);
    expect((await pusher.send('PUT', next.href)).status).toBe(201);
  });

  test('an inner part below 5 MiB fails at the PUT', async () => {
    const location = await start();
    const range = (text: string) => ({ 'content-range': text });
    await pusher.send('PATCH', location.href, { body: Buffer.from('some '), headers: range('0-4') });
    const second = { body: Buffer.from('bytes'), headers: range('5-9') };
    const patch = await pusher.send('PATCH', location.href, second);
    expect(patch.headers['range']).toBe('0-4');
    location.searchParams.set('digest', blob.digest);
    const put = await pusher.send('PUT', location.href);
    expect([put.status, put.error]).toEqual([
      400,
      'BLOB_UPLOAD_INVALID: All layer parts except the last part should be at least 5MB',
    ]);
  });

  test('a part that does not begin where the last one ended is a 416', async () => {
    const location = await start();
    const headers = { 'content-range': '7-9' };
    expect((await pusher.send('PATCH', location.href, { body: Buffer.from('abc'), headers })).status).toBe(
      416,
    );
  });

  test('a blob of zero bytes is answered 201 and never stored', async () => {
    const empty = blobOf(Buffer.alloc(0));
    expect((await pusher.pushBlob('team/app', empty)).status).toBe(201);
    expect((await pusher.send('HEAD', `/v2/team/app/blobs/${empty.digest}`)).status).toBe(404);
  });

  test('a mount is an ordinary upload while the account setting is off', async () => {
    await pusher.createRepository('team/other');
    await pusher.pushImage('team/other', 'v1', sampleImage('mounted'));
    const digest = sampleImage('mounted').blobs[0]?.digest;
    const path = `/v2/team/app/blobs/uploads/?mount=${digest}&from=team/other`;
    expect((await pusher.send('POST', path)).status).toBe(202);
  });
});

describe('reading', () => {
  test('a blob is of one repository only, although its bytes are known', async () => {
    await pusher.createRepository('team/other');
    await pusher.pushBlob('team/app', blob);
    expect((await pusher.send('HEAD', `/v2/team/other/blobs/${blob.digest}`)).status).toBe(404);
  });

  test('GET always redirects to the bucket, which refuses a second way of signing', async () => {
    await pusher.pushBlob('team/app', blob);
    const get = await pusher.send('GET', `/v2/team/app/blobs/${blob.digest}`);
    expect(get.status).toBe(307);
    const location = String(get.headers['location']);
    expect(location.startsWith(`${ecr.blobOrigin}/`)).toBe(true);

    const plain = await request(location);
    expect([plain.statusCode, await plain.body.text()]).toEqual([200, 'some bytes']);
    const tail = await request(location, { headers: { range: 'bytes=5-' } });
    expect([tail.statusCode, await tail.body.text()]).toEqual([206, 'bytes']);
    const both = await request(location, { headers: { authorization: pusher.authorization } });
    expect([both.statusCode, await both.body.text()]).toEqual([
      400,
      expect.stringContaining('Only one auth mechanism allowed'),
    ]);
    const unsigned = await request(location.split('?')[0] ?? '');
    expect([unsigned.statusCode, await unsigned.body.text()]).toEqual([
      403,
      expect.stringContaining('AccessDenied'),
    ]);
  });

  test('a signed address is good for an hour', async () => {
    await pusher.pushBlob('team/app', blob);
    const get = await pusher.send('GET', `/v2/team/app/blobs/${blob.digest}`);
    now += 3_600_001;
    const late = await request(String(get.headers['location']));
    expect([late.statusCode, await late.body.text()]).toEqual([
      403,
      expect.stringContaining('Request has expired'),
    ]);
  });

  test('blobs that no manifest refers to may be dropped', async () => {
    const image = sampleImage('kept');
    await pusher.pushImage('team/app', 'v1', image);
    await pusher.pushBlob('team/app', blob);
    expect(ecr.admin.dropUnreferencedBlobs('team/app')).toEqual([blob.digest]);
    expect((await pusher.send('HEAD', `/v2/team/app/blobs/${blob.digest}`)).status).toBe(404);
    expect((await pusher.send('HEAD', `/v2/team/app/blobs/${image.blobs[0]?.digest}`)).status).toBe(200);
  });

  test('a mount succeeds once the setting is on and a manifest refers to the blob', async () => {
    const other = await startEcr({ accountId: ACCOUNT, region: REGION, blobMounting: true });
    const mounting = await createPusher(other);
    await mounting.createRepository('a/a');
    await mounting.createRepository('b/b');
    const image = sampleImage('mount');
    const digest = image.blobs[1]?.digest;
    const mount = () => mounting.send('POST', `/v2/b/b/blobs/uploads/?mount=${digest}&from=a/a`);
    for (const each of image.blobs) await mounting.pushBlob('a/a', each);
    expect((await mount()).status).toBe(202);
    await mounting.putManifest('a/a', 'v1', image.manifest);
    expect((await mount()).status).toBe(201);
    expect((await mounting.send('HEAD', `/v2/b/b/blobs/${digest}`)).status).toBe(200);
    await other.close();
  });
});
