import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  InitiateLayerUploadCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { blobOf } from './sample-image.ts';

const KIB = 1024;
const repositoryName = 'team/app';
let ecr: EcrStandIn;
let pusher: Pusher;
let now = 1_700_000_000_000;

beforeEach(async () => {
  const uploadLimits = {
    partMinBytes: 5 * KIB,
    partMaxBytes: 20 * KIB,
    partsMax: 4,
    partSizeBytes: 10 * KIB,
  };
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION, uploadLimits, now: () => now });
  pusher = await createPusher(ecr);
  await pusher.createRepository(repositoryName);
});
afterEach(() => ecr.close());

const bytes = Buffer.from(Array.from({ length: 25 * KIB }, (_, n) => n % 251));
const blob = blobOf(bytes);

const initiate = async () => {
  const { uploadId } = await pusher.sdk.send(new InitiateLayerUploadCommand({ repositoryName }));
  return uploadId ?? '';
};
const upload = (uploadId: string, from: number, to: number, claimedLast = to - 1) =>
  pusher.sdk.send(
    new UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte: from,
      partLastByte: claimedLast,
      layerPartBlob: bytes.subarray(from, to),
    }),
  );
const complete = (uploadId: string, layerDigests: string[] = [blob.digest]) =>
  pusher.sdk.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }));
const whole = async () => {
  const uploadId = await initiate();
  await upload(uploadId, 0, 10 * KIB);
  await upload(uploadId, 10 * KIB, 20 * KIB);
  await upload(uploadId, 20 * KIB, 25 * KIB);
  return uploadId;
};

test('parts in a row become a blob of the repository', async () => {
  const started = await pusher.sdk.send(new InitiateLayerUploadCommand({ repositoryName }));
  expect(started.partSize).toBe(10 * KIB);
  const uploadId = started.uploadId ?? '';
  expect(await upload(uploadId, 0, 10 * KIB)).toMatchObject({ uploadId, lastByteReceived: 10 * KIB - 1 });
  await upload(uploadId, 10 * KIB, 25 * KIB);
  expect(await complete(uploadId)).toMatchObject({ layerDigest: blob.digest });
  expect(await ecr.admin.blob(repositoryName, blob.digest)).toEqual(bytes);
  const { layers } = await pusher.sdk.send(
    new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [blob.digest] }),
  );
  expect(layers?.[0]).toMatchObject({ layerAvailability: 'AVAILABLE', layerSize: bytes.length });
});

describe('UploadLayerPart', () => {
  test('a part that does not follow the last one is refused with the place where it should begin', async () => {
    const uploadId = await initiate();
    await upload(uploadId, 0, 10 * KIB);
    const expected = {
      name: 'InvalidLayerPartException',
      registryId: ACCOUNT,
      repositoryName,
      uploadId,
      lastValidByteReceived: 10 * KIB - 1,
    };
    await expect(upload(uploadId, 11 * KIB, 20 * KIB)).rejects.toMatchObject(expected);
    // The same part again, as after a lost answer, is refused too.
    await expect(upload(uploadId, 0, 10 * KIB)).rejects.toMatchObject(expected);
    await upload(uploadId, 10 * KIB, 20 * KIB);
  });

  test('before the first part the last valid byte is 0', async () => {
    const uploadId = await initiate();
    await expect(upload(uploadId, 5, 10)).rejects.toMatchObject({ lastValidByteReceived: 0 });
  });

  test('positions that do not fit the bytes are refused', async () => {
    const uploadId = await initiate();
    await expect(upload(uploadId, 0, 10 * KIB, 10 * KIB)).rejects.toMatchObject({
      name: 'InvalidLayerPartException',
    });
  });

  test('a part above the maximum is an InvalidParameterException, one too many a LimitExceededException', async () => {
    const uploadId = await initiate();
    await expect(upload(uploadId, 0, 21 * KIB)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    for (let n = 0; n < 4; n += 1) await upload(uploadId, n * 5 * KIB, (n + 1) * 5 * KIB);
    await expect(upload(uploadId, 20 * KIB, 25 * KIB)).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });

  test('an upload that nobody began, that is too old or of another repository is not found', async () => {
    const missing = { name: 'UploadNotFoundException' };
    await expect(upload('none', 0, KIB)).rejects.toMatchObject(missing);
    const uploadId = await initiate();
    await pusher.createRepository('team/other');
    const elsewhere = new CompleteLayerUploadCommand({
      repositoryName: 'team/other',
      uploadId,
      layerDigests: [blob.digest],
    });
    await expect(pusher.sdk.send(elsewhere)).rejects.toMatchObject(missing);
    now += 24 * 60 * 60 * 1000;
    await expect(upload(uploadId, 0, KIB)).rejects.toMatchObject(missing);
  });
});

describe('CompleteLayerUpload', () => {
  test('without a part it is an EmptyUploadException', async () => {
    const uploadId = await initiate();
    await expect(complete(uploadId)).rejects.toMatchObject({ name: 'EmptyUploadException' });
  });

  test('with a small part before the last it is a LayerPartTooSmallException', async () => {
    const uploadId = await initiate();
    await upload(uploadId, 0, KIB);
    await upload(uploadId, KIB, 20 * KIB);
    await upload(uploadId, 20 * KIB, 25 * KIB);
    await expect(complete(uploadId)).rejects.toMatchObject({
      name: 'LayerPartTooSmallException',
      message: 'All layer parts except the last part should be at least 5MB',
    });
  });

  test('other bytes than the digest says are an InvalidLayerException, and the upload is gone', async () => {
    const uploadId = await whole();
    const other = blobOf(Buffer.from('other')).digest;
    await expect(complete(uploadId, [other])).rejects.toMatchObject({ name: 'InvalidLayerException' });
    await expect(complete(uploadId)).rejects.toMatchObject({ name: 'UploadNotFoundException' });
    expect(await ecr.admin.blob(repositoryName, blob.digest)).toBeUndefined();
  });

  test('one of several digests has to fit', async () => {
    const other = blobOf(Buffer.from('other')).digest;
    expect(await complete(await whole(), [other, blob.digest])).toMatchObject({ layerDigest: blob.digest });
  });

  test('a layer that is there already is a LayerAlreadyExistsException', async () => {
    await pusher.pushBlob(repositoryName, blob);
    await expect(complete(await whole())).rejects.toMatchObject({ name: 'LayerAlreadyExistsException' });
  });
});
