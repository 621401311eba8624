import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AWS_RATES } from '../../../local/ecr/rate-limits.ts';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { blobOf, sampleImage } from './sample-image.ts';

let ecr: EcrStandIn;
let pusher: Pusher;
let now = 1_700_000_000_000;

const start = async (options: Partial<Parameters<typeof startEcr>[0]>) => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION, now: () => now, ...options });
  pusher = await createPusher(ecr);
  await pusher.createRepository('team/app');
};
beforeEach(() => start({ rates: { ...AWS_RATES, 'ecr:GetAuthorizationToken': { perSecond: 1, burst: 2 } } }));
afterEach(() => ecr.close());

test('the eleventh manifest in a second is a 429; a tenth of a second brings one more', async () => {
  const image = sampleImage('many');
  await pusher.pushImage('team/app', 'v0', image);
  for (let n = 1; n < 10; n += 1) {
    expect((await pusher.putManifest('team/app', `v${n}`, image.manifest)).status).toBe(201);
  }
  const late = await pusher.putManifest('team/app', 'v10', image.manifest);
  expect([late.status, late.error]).toEqual([429, 'TOOMANYREQUESTS: Rate exceeded']);
  expect(ecr.admin.tags('team/app').has('v10')).toBe(false);
  now += 100;
  expect((await pusher.putManifest('team/app', 'v10', image.manifest)).status).toBe(201);
  expect((await pusher.putManifest('team/app', 'v11', image.manifest)).status).toBe(429);
});

test('however long nobody asks, no more than one burst is saved up', async () => {
  const image = sampleImage('patient');
  for (const blob of image.blobs) await pusher.pushBlob('team/app', blob);
  const put = async (n: number) => (await pusher.putManifest('team/app', `v${n}`, image.manifest)).status;
  expect(await put(0)).toBe(201);
  now += 60_000;
  const statuses = [];
  for (let n = 1; n <= 11; n += 1) statuses.push(await put(n));
  expect(statuses).toEqual([...Array(10).fill(201), 429]);
});

test('on the control plane it is a ThrottlingException', async () => {
  const ask = () => pusher.sdk.send(new GetAuthorizationTokenCommand({}));
  await ask();
  await expect(ask()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
  now += 1000;
  await ask();
});

test('an action without a rate of its own is not limited, and by default none is', async () => {
  const blob = blobOf(Buffer.from('x'));
  for (let n = 0; n < 30; n += 1) {
    expect((await pusher.send('HEAD', `/v2/team/app/blobs/${blob.digest}`)).status).toBe(404);
  }
  await ecr.close();
  await start({});
  const image = sampleImage('free');
  await pusher.pushImage('team/app', 'v0', image);
  for (let n = 1; n < 30; n += 1) {
    expect((await pusher.putManifest('team/app', `v${n}`, image.manifest)).status).toBe(201);
  }
});

test('more parts than a layer may have fail at the PUT', async () => {
  await ecr.close();
  await start({ uploadLimits: { partMinBytes: 1, partsMax: 3 }, locations: 'absolute' });
  const started = await pusher.send('POST', '/v2/team/app/blobs/uploads/');
  const location = new URL(String(started.headers['location']));
  for (const text of ['a', 'b', 'c', 'd']) {
    expect((await pusher.send('PATCH', location.href, { body: Buffer.from(text) })).status).toBe(201);
  }
  location.searchParams.set('digest', blobOf(Buffer.from('abcd')).digest);
  const put = await pusher.send('PUT', location.href);
  expect([put.status, put.error]).toEqual([400, 'BLOB_UPLOAD_INVALID: A layer has at most 3 parts']);
});
