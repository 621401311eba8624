import type { IncomingMessage } from 'node:http';
import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
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

const image = sampleImage('faulty');
const isManifestPut = { match: (asked: IncomingMessage) => asked.method === 'PUT' };
const all = { match: () => true };

describe('a fault', () => {
  test('answers 500, 503, or 403 with nothing in it, and the effect is not there', async () => {
    for (const status of [500, 503, 403]) {
      ecr.faults.registry.add({ kind: 'status', status, ...isManifestPut });
      const put = await pusher.putManifest('team/app', 'v1', image.manifest);
      expect([put.status, put.text]).toEqual([status, '']);
    }
    expect(ecr.admin.tags('team/app').size).toBe(0);
  });

  test('is a burst of 429 that ends', async () => {
    ecr.faults.registry.add({ kind: 'status', status: 429, times: 3, ...all });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await pusher.send('GET', '/v2/')).status);
    expect(statuses).toEqual([429, 429, 429, 200]);
  });

  test('loses the answer to a manifest that stands', async () => {
    for (const blob of image.blobs) await pusher.pushBlob('team/app', blob);
    ecr.faults.registry.add({ kind: 'lost', ...isManifestPut });
    await expect(pusher.putManifest('team/app', 'v1', image.manifest)).rejects.toThrow();
    expect(ecr.admin.tags('team/app').get('v1')).toBe(image.manifest.digest);
  });

  test('closes the connection after so many bytes of an upload, which leaves no blob', async () => {
    const blob = blobOf(Buffer.alloc(300_000, 'x'));
    ecr.faults.registry.add({ kind: 'cutRequest', afterBytes: 100_000, ...isManifestPut });
    await expect(pusher.pushBlob('team/app', blob)).rejects.toThrow();
    expect(await ecr.admin.blob('team/app', blob.digest)).toBeUndefined();
    expect((await pusher.pushBlob('team/app', blob)).status).toBe(201);
  });

  test('closes the connection after so many bytes of an answer', async () => {
    const bytes = Buffer.alloc(300_000, 'y');
    const blob = blobOf(bytes);
    await pusher.pushBlob('team/app', blob);
    const { headers } = await pusher.send('GET', `/v2/team/app/blobs/${blob.digest}`);
    const location = String(headers['location']);
    ecr.faults.blobs.add({ kind: 'cutAnswer', afterBytes: 100_000, ...all });
    const answer = await request(location);
    expect(answer.statusCode).toBe(200);
    let received = 0;
    const read = async () => {
      for await (const chunk of answer.body) received += chunk.length;
    };
    await expect(read()).rejects.toThrow();
    expect(received).toBe(100_000);
    expect(Buffer.from(await (await request(location)).body.arrayBuffer())).toEqual(bytes);
  });

  test('lets a body out piece by piece', async () => {
    const blob = blobOf(Buffer.from('slow bytes'));
    await pusher.pushBlob('team/app', blob);
    const { headers } = await pusher.send('GET', `/v2/team/app/blobs/${blob.digest}`);
    const gates: (() => void)[] = [];
    const pace = () => new Promise<void>((resolve) => gates.push(resolve));
    ecr.faults.blobs.add({ kind: 'slow', pieceBytes: 5, pace, ...all });
    const asked = request(String(headers['location']));
    // Nothing comes, the head neither, before the first piece is let go.
    await until(() => gates.length === 1);
    gates[0]?.();
    const answer = await asked;
    const pieces: string[] = [];
    for await (const chunk of answer.body) {
      pieces.push(String(chunk));
      if (pieces.length === 1) {
        await until(() => gates.length === 2);
        gates[1]?.();
      }
    }
    expect(pieces).toEqual(['slow ', 'bytes']);
  });
});

test('DescribeImages can be out of date for a while', async () => {
  const describeV1 = () =>
    pusher.sdk.send(
      new DescribeImagesCommand({ repositoryName: 'team/app', imageIds: [{ imageTag: 'v1' }] }),
    );
  ecr.admin.freezeDescribeImages(5000);
  await pusher.pushImage('team/app', 'v1', image);
  await expect(describeV1()).rejects.toMatchObject({ name: 'ImageNotFoundException' });
  expect((await pusher.send('HEAD', '/v2/team/app/manifests/v1')).status).toBe(200);
  now += 5000;
  expect((await describeV1()).imageDetails?.[0]?.imageDigest).toBe(image.manifest.digest);
});

/** Looks again whenever the event loop comes round. */
async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setImmediate(resolve));
}
