import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { LOCAL_ACCESS_KEY_ID } from '../../../local/ecr/start.ts';
import { type PartProgress, uploadByParts } from '../../../worker/ecr/part-upload.ts';
import { testSource } from './part-source.ts';
import { blob, bytes, isCall, job, PART, type PartStage, startPartStage } from './part-stage.ts';

let stage: PartStage;
beforeEach(async () => {
  stage = await startPartStage();
});
afterEach(() => stage.close());

test('to a part that is lost does not send the part twice', async () => {
  const patient = stage.connect(3);
  stage.ecr.faults.api.add({ kind: 'lost', after: 1, match: isCall('UploadLayerPart') });
  const source = testSource(bytes);
  expect(await uploadByParts(patient, job({ source }))).toEqual({ kind: 'done' });
  expect([source.asked, await stage.stored()]).toEqual([[0], bytes]);
  // Five parts, and the second once more, which was refused.
  expect(stage.count('UploadLayerPart')).toBe(6);
});

test('to the end that is lost is found out by looking', async () => {
  const patient = stage.connect(3);
  stage.ecr.faults.api.add({ kind: 'lost', match: isCall('CompleteLayerUpload') });
  expect(await uploadByParts(patient, job({ source: testSource(bytes) }))).toEqual({ kind: 'done' });
  expect([stage.count('InitiateLayerUpload'), stage.count('BatchCheckLayerAvailability')]).toEqual([1, 1]);
});

test('that the layer is there already is a success', async () => {
  await uploadByParts(stage.client, job({ source: testSource(bytes) }));
  expect(await uploadByParts(stage.client, job({ source: testSource(bytes) }))).toEqual({ kind: 'done' });
  expect(stage.ecr.calls.at(-1)).toMatchObject({ action: 'ecr:CompleteLayerUpload', status: 400 });
});

test('that the upload is gone starts a new one from the first byte, once', async () => {
  const progress = await stage.stopAfter(2);
  stage.ecr.admin.forgetUploads();
  const source = testSource(bytes);
  const told: PartProgress[] = [];
  const onProgress = (each: PartProgress) => {
    told.push(each);
  };
  expect(await uploadByParts(stage.client, job({ source, progress, onProgress }))).toEqual({ kind: 'done' });
  expect([source.asked, await stage.stored()]).toEqual([[2 * PART, 0], bytes]);
  expect(told[0]).toMatchObject({ sentBytes: 0 });
  expect(told[0]?.uploadId).not.toBe(progress.uploadId);

  const forget = uploadByParts(
    stage.client,
    job({ source, onProgress: () => stage.ecr.admin.forgetUploads() }),
  );
  await expect(forget).rejects.toMatchObject({ name: 'UploadNotFoundException' });
});

test('that the upload is gone at its end starts a new one, once', async () => {
  const source = testSource(bytes);
  let ends = 0;
  const onProgress = ({ sentBytes }: PartProgress) => {
    if (sentBytes !== blob.sizeBytes) return;
    ends += 1;
    if (ends === 1) stage.ecr.admin.forgetUploads();
  };
  expect(await uploadByParts(stage.client, job({ source, onProgress }))).toEqual({ kind: 'done' });
  expect([source.asked, await stage.stored(), stage.count('CompleteLayerUpload')]).toEqual([
    [0, 0],
    bytes,
    2,
  ]);
});

test('that the upload is gone at its end again is an error', async () => {
  const onProgress = ({ sentBytes }: PartProgress) => {
    if (sentBytes === blob.sizeBytes) stage.ecr.admin.forgetUploads();
  };
  const work = uploadByParts(stage.client, job({ source: testSource(bytes), onProgress }));
  await expect(work).rejects.toThrow(`ECR does not know the upload of ${blob.digest} any more`);
});

test('that it has nothing yet, whatever was kept, begins the same upload at its first byte', async () => {
  const progress = await stage.begun(2 * PART);
  const source = testSource(bytes);
  expect(await uploadByParts(stage.client, job({ source, progress }))).toEqual({ kind: 'done' });
  expect([source.asked, stage.count('InitiateLayerUpload')]).toEqual([[2 * PART, 0], 1]);
});

test('that refuses a part which does follow is thrown as it is', async () => {
  const body = JSON.stringify({
    __type: 'InvalidLayerPartException',
    message: 'no',
    lastValidByteReceived: 0,
  });
  stage.ecr.faults.api.add({ kind: 'status', status: 400, body, times: 9, match: isCall('UploadLayerPart') });
  const work = uploadByParts(stage.client, job({ source: testSource(bytes) }));
  await expect(work).rejects.toMatchObject({ name: 'InvalidLayerPartException', message: 'no' });
  expect(stage.ecr.faults.api.hits).toBe(1);
});

test('that a part before the last is too small starts a new one: it can never be completed', async () => {
  const progress = await stage.begun(100, 100);
  const source = testSource(bytes);
  expect(await uploadByParts(stage.client, job({ source, progress }))).toEqual({ kind: 'done' });
  expect([source.asked, await stage.stored()]).toEqual([[100, 0], bytes]);
});

test.each([
  ['as ECR asks where that is enough', 4200 * PART, PART],
  ['larger where 4,200 of them would not be', 4200 * PART + 1, PART + 1],
  ['20 MiB at most', 100_000 * 1024 * 1024, 20 * 1024 * 1024],
])('parts are %s', async (_, sizeBytes, partSizeBytes) => {
  const stop = new AbortController();
  const source = testSource(bytes);
  const onProgress = () => stop.abort();
  const huge = { ...blob, sizeBytes };
  const end = await uploadByParts(stage.client, job({ source, blob: huge, stop: stop.signal, onProgress }));
  expect(end).toMatchObject({ kind: 'stopped', progress: { partSizeBytes, sentBytes: 0 } });
});

test('to a part and to the end may take longer than to a question', async () => {
  const { requestHandler } = stage.client.client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  const allowed: unknown[] = [];
  Object.assign(requestHandler, {
    handle: (...asked: Parameters<typeof handle>) => {
      allowed.push(Reflect.get(asked[1] ?? {}, 'requestTimeout'));
      return handle(...asked);
    },
  });
  const small = bytes.subarray(0, 100);
  const tiny = { ...blob, digest: digestOf(small), sizeBytes: 100 };
  await uploadByParts(stage.client, job({ source: testSource(small), blob: tiny }));
  // Undefined: the client's own 30 seconds.
  expect(allowed).toEqual([undefined, 60_000, 180_000]);
});

test('that the right is missing is thrown as it is', async () => {
  stage.ecr.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:UploadLayerPart' });
  await expect(uploadByParts(stage.client, job({ source: testSource(bytes) }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});
