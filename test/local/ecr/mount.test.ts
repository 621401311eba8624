import {
  CreatePullThroughCacheRuleCommand,
  GetAccountSettingCommand,
  PutAccountSettingCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { sampleImage } from './sample-image.ts';

let ecr: EcrStandIn;
let pusher: Pusher;

beforeEach(async () => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION });
  pusher = await createPusher(ecr);
  await pusher.createRepository('from/app');
  await pusher.createRepository('into/app');
  await pusher.pushImage('from/app', 'v1', image);
});
afterEach(() => ecr.close());

const image = sampleImage('mounted');
const digest = image.blobs[1]?.digest ?? '';
const enable = (value = 'ENABLED') =>
  pusher.sdk.send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value }));
const mount = async (into = 'into/app', from = 'from/app', blob = digest) =>
  (await pusher.send('POST', `/v2/${into}/blobs/uploads/?mount=${blob}&from=${from}`)).status;
const stands = async (repository: string) =>
  (await pusher.send('HEAD', `/v2/${repository}/blobs/${digest}`)).status;

test('the account setting is off, can be put and is shown', async () => {
  const shown = async () =>
    (await pusher.sdk.send(new GetAccountSettingCommand({ name: 'BLOB_MOUNTING' }))).value;
  expect([await shown(), await mount(), await stands('into/app')]).toEqual(['DISABLED', 202, 404]);
  await enable();
  expect([await shown(), await mount(), await stands('into/app')]).toEqual(['ENABLED', 201, 200]);
  await expect(enable('MAYBE')).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(
    pusher.sdk.send(new PutAccountSettingCommand({ name: 'NONE', value: 'ENABLED' })),
  ).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a blob that no manifest refers to is not mounted', async () => {
  await enable();
  await pusher.createRepository('loose/app');
  for (const blob of image.blobs) await pusher.pushBlob('loose/app', blob);
  expect(await mount('into/app', 'loose/app')).toBe(202);
});

test('other encryption is an ordinary upload, the same key is a mount', async () => {
  await enable();
  const kms = (kmsKey: string) => ({ encryptionConfiguration: { encryptionType: 'KMS' as const, kmsKey } });
  await pusher.createRepository('kms/one', kms('alias/one'));
  await pusher.createRepository('kms/same', kms('alias/one'));
  await pusher.createRepository('kms/two', kms('alias/two'));
  expect(await mount('kms/one')).toBe(202);
  await pusher.pushImage('kms/one', 'v1', image);
  expect(await mount('kms/two', 'kms/one')).toBe(202);
  expect(await mount('kms/same', 'kms/one')).toBe(201);
});

test('without the right to read the source it is an ordinary upload', async () => {
  await enable();
  ecr.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:GetDownloadUrlForLayer', repository: 'from/app' });
  expect(await mount()).toBe(202);
  ecr.admin.allow(LOCAL_ACCESS_KEY_ID, 'ecr:GetDownloadUrlForLayer');
  expect(await mount()).toBe(201);
});

test('a repository or blob that is not there is an ordinary upload', async () => {
  await enable();
  expect(await mount('into/app', 'no/ne')).toBe(202);
  expect(await mount('into/app', 'from/app', `sha256:${'0'.repeat(64)}`)).toBe(202);
});

test('what a pull through cache brought is not mounted', async () => {
  await enable();
  await pusher.sdk.send(
    new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: 'from', upstreamRegistryUrl: 'quay.io' }),
  );
  expect(await mount()).toBe(202);
});
