import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { describeTarget } from '../../../worker/ecr/describe-target.ts';
import { layerAvailability } from '../../../worker/ecr/layer-availability.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from '../../local/ecr/push.ts';
import { blobOf, sampleImage, sampleIndex } from '../../local/ecr/sample-image.ts';
import { ecrFor, repositoryName } from './with-ecr.ts';

let standIn: EcrStandIn;
let pusher: Pusher;
const repository = repositoryName('team/app');
const ask = (tag: string) => describeTarget(ecrFor(standIn), { repository, tag });

beforeEach(async () => {
  standIn = await startEcr({ accountId: ACCOUNT, region: REGION, now: () => 1_700_000_000_000 });
  pusher = await createPusher(standIn);
});
afterEach(() => standIn.close());

test('a missing repository and a missing tag are outcomes', async () => {
  expect(await ask('v1')).toEqual({ kind: 'noRepository' });
  await pusher.createRepository('team/app');
  expect(await ask('v1')).toEqual({ kind: 'absent' });
});

test('a tag on an image and a tag on an index tell their digest', async () => {
  await pusher.createRepository('team/app');
  const image = sampleImage('single');
  await pusher.pushImage('team/app', 'single', image);
  const index = sampleIndex('multi');
  for (const child of index.children) await pusher.pushImage('team/app', child.manifest.digest, child);
  await pusher.putManifest('team/app', 'multi', index.manifest);
  const present = { kind: 'present', pushedAt: 1_700_000_000_000, archived: false };
  expect(await ask('single')).toEqual({
    ...present,
    digest: image.manifest.digest,
    mediaType: MEDIA_TYPE.ociManifest,
  });
  expect(await ask('multi')).toEqual({
    ...present,
    digest: index.manifest.digest,
    mediaType: MEDIA_TYPE.ociIndex,
  });
});

test('an archived image is seen as such', async () => {
  await pusher.createRepository('team/app');
  const image = sampleImage('old');
  await pusher.pushImage('team/app', 'v1', image);
  standIn.admin.archiveImage('team/app', image.manifest.digest);
  expect(await ask('v1')).toMatchObject({ kind: 'present', digest: image.manifest.digest, archived: true });
});

test('a missing right is thrown, never taken for an absent tag', async () => {
  standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:DescribeImages' });
  await expect(ask('v1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('250 blobs are looked up in three calls, each digest answered', async () => {
  await pusher.createRepository('team/app');
  const blobs = Array.from({ length: 250 }, (_, n) => blobOf(Buffer.from(`blob ${n}`)));
  const kept = blobs.filter((_, n) => n === 0 || n === 99 || n === 100 || n === 249);
  for (const blob of kept) await pusher.pushBlob('team/app', blob);
  const digests = [...blobs, ...blobs.slice(0, 5)].map(({ digest }) => digest);
  const available = await layerAvailability(ecrFor(standIn), { repository, digests });
  expect(available.size).toBe(250);
  expect(digests.filter((digest) => available.get(digest) === undefined)).toEqual([]);
  const found = blobs.filter(({ digest }) => available.get(digest));
  expect(found).toEqual(kept);
  const calls = standIn.calls.filter((call) => call.action === 'ecr:BatchCheckLayerAvailability');
  expect(calls).toHaveLength(3);
});

test('no blobs are no call', async () => {
  const available = await layerAvailability(ecrFor(standIn), { repository, digests: [] });
  expect([available.size, standIn.calls.filter((call) => call.action?.includes('Layer')).length]).toEqual([
    0, 0,
  ]);
});

test('blobs of a missing repository and a missing right are thrown', async () => {
  const digests = [blobOf(Buffer.from('x')).digest];
  const check = () => layerAvailability(ecrFor(standIn), { repository, digests });
  await expect(check()).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
  standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:BatchCheckLayerAvailability' });
  await expect(check()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
