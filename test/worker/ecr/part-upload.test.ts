import {
  CreateRepositoryCommand,
  InitiateLayerUploadCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import type { EcrRepositoryName } from '../../../core/oci/ecr-repository-name.ts';
import { parseEcrRepositoryName } from '../../../core/oci/ecr-repository-name.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { createEcr, type Ecr } from '../../../worker/ecr/client.ts';
import { type PartProgress, type PartUpload, uploadByParts } from '../../../worker/ecr/part-upload.ts';
import { handClock } from '../registry/test-registry.ts';
import { testSource } from './part-source.ts';

const KIB = 1024;
const PART = 10 * KIB;
const ACCOUNT = '123456789012';
let ecr: EcrStandIn;
let client: Ecr;
let repository: EcrRepositoryName;

beforeEach(async () => {
  const uploadLimits = { partMinBytes: 5 * KIB, partSizeBytes: PART };
  ecr = await startEcr({ accountId: ACCOUNT, region: 'eu-central-1', uploadLimits });
  client = connect(1);
  const parsed = parseEcrRepositoryName('team/app');
  if (!parsed.ok) throw new Error('a good name');
  repository = parsed.name;
  await client.client.send(new CreateRepositoryCommand({ repositoryName: repository }));
});
afterEach(async () => {
  client.client.destroy();
  await ecr.close();
});

const connect = (maxAttempts: number): Ecr =>
  createEcr(
    { account: ACCOUNT, region: 'eu-central-1', endpoint: ecr.apiUrl },
    { maxAttempts, credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'any' } },
  );

/** Four full parts and a small one. */
const bytes = Buffer.from(Array.from({ length: 4 * PART + 777 }, (_, n) => (n * 7 + (n >> 8)) % 251));
const blob = { mediaType: 'application/octet-stream', digest: digestOf(bytes), sizeBytes: bytes.length };
const never = new AbortController().signal;

const job = (more: Partial<PartUpload> & Pick<PartUpload, 'source'>): PartUpload => ({
  repository,
  blob,
  stop: never,
  signal: never,
  clock: handClock(),
  ...more,
});
const stored = () => ecr.admin.blob('team/app', blob.digest);
const count = (action: string) => ecr.calls.filter((call) => call.action === `ecr:${action}`).length;
const isCall = (operation: string) => (asked: { headers: Record<string, unknown> }) =>
  String(asked.headers['x-amz-target']).endsWith(`.${operation}`);

test('a blob goes in as parts, in a row, and is there', async () => {
  const source = testSource(bytes);
  const told: PartProgress[] = [];
  const end = await uploadByParts(client, job({ source, onProgress: (progress) => told.push(progress) }));
  expect(end).toEqual({ kind: 'done' });
  expect(await stored()).toEqual(bytes);
  expect([count('InitiateLayerUpload'), count('UploadLayerPart'), count('CompleteLayerUpload')]).toEqual([
    1, 5, 1,
  ]);
  expect(told.map(({ sentBytes }) => sentBytes)).toEqual([
    0,
    PART,
    2 * PART,
    3 * PART,
    4 * PART,
    blob.sizeBytes,
  ]);
  expect([source.asked, source.readBytes]).toEqual([[0], blob.sizeBytes]);
});

describe('stopped and continued', () => {
  test.each([1, 2, 3, 4])('after part %i by another process, from its last byte on', async (parts) => {
    const stop = new AbortController();
    const first = testSource(bytes);
    const onProgress = ({ sentBytes }: PartProgress) => {
      if (sentBytes === parts * PART) stop.abort();
    };
    const end = await uploadByParts(client, job({ source: first, stop: stop.signal, onProgress }));
    expect(end).toMatchObject({ kind: 'stopped', progress: { sentBytes: parts * PART } });
    if (end.kind !== 'stopped') throw new Error('it was stopped');
    expect(await stored()).toBeUndefined();

    const progress: PartProgress = JSON.parse(JSON.stringify(end.progress));
    const second = testSource(bytes);
    const other = connect(1);
    expect(await uploadByParts(other, job({ source: second, progress }))).toEqual({ kind: 'done' });
    other.client.destroy();
    expect(await stored()).toEqual(bytes);
    expect([second.asked, second.readBytes]).toEqual([[parts * PART], blob.sizeBytes - parts * PART]);
    expect([count('InitiateLayerUpload'), count('UploadLayerPart')]).toEqual([1, 5]);
  });

  test('while the source does not send: what was confirmed is kept', async () => {
    const stop = new AbortController();
    const source = testSource(bytes);
    const { readFrom } = source;
    const slow = {
      ...source,
      readFrom: async (offset: number, signal: AbortSignal) => {
        const stream = await readFrom(offset, signal);
        // The second part never comes: the stream is asked and stays silent.
        let seen = 0;
        return stream.map(async (piece: Buffer) => {
          seen += piece.length;
          if (seen > PART + 2000) {
            stop.abort();
            await new Promise(() => {});
          }
          return piece;
        });
      },
    };
    const end = await uploadByParts(client, job({ source: slow, stop: stop.signal }));
    expect(end).toMatchObject({ kind: 'stopped', progress: { sentBytes: PART } });
  });

  test('before it began: nothing is asked of anybody', async () => {
    const source = testSource(bytes);
    const end = await uploadByParts(client, job({ source, stop: AbortSignal.abort() }));
    expect([end, source.asked, count('InitiateLayerUpload')]).toEqual([
      { kind: 'stopped', progress: undefined },
      [],
      0,
    ]);
  });

  test('with a progress that is older than what ECR has: it goes on where ECR is', async () => {
    const progress = await stopAfter(3);
    const source = testSource(bytes);
    const old = { ...progress, sentBytes: PART };
    expect(await uploadByParts(client, job({ source, progress: old }))).toEqual({ kind: 'done' });
    expect(await stored()).toEqual(bytes);
    expect(source.asked).toEqual([PART, 3 * PART]);
  });

  test('when only the end was missing: it is completed without a byte of the source', async () => {
    ecr.faults.api.add({ kind: 'status', status: 500, match: isCall('CompleteLayerUpload') });
    let last: PartProgress | undefined;
    const onProgress = (progress: PartProgress) => {
      last = progress;
    };
    const first = uploadByParts(client, job({ source: testSource(bytes), onProgress }));
    await expect(first).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(last?.sentBytes).toBe(blob.sizeBytes);
    const source = testSource(bytes);
    expect(await uploadByParts(client, job({ source, progress: last }))).toEqual({ kind: 'done' });
    expect([source.asked, await stored()]).toEqual([[], bytes]);
  });

  test('with the progress of another blob: it begins anew', async () => {
    const progress = { ...(await stopAfter(2)), digest: digestOf(Buffer.from('another')) };
    const source = testSource(bytes);
    await uploadByParts(client, job({ source, progress }));
    expect([source.asked, await stored()]).toEqual([[0], bytes]);
  });
});

describe('wrong bytes', () => {
  test('are never sent to their end where the whole was read here, and tried once more', async () => {
    const source = testSource(bytes);
    source.flip(2 * PART + 5);
    await expect(uploadByParts(client, job({ source }))).rejects.toMatchObject({ code: 'digest mismatch' });
    expect([count('InitiateLayerUpload'), count('UploadLayerPart'), count('CompleteLayerUpload')]).toEqual([
      2, 8, 0,
    ]);
    expect(await stored()).toBeUndefined();
  });

  test('that come only once do no harm', async () => {
    const source = testSource(bytes);
    source.flip(5);
    const onProgress = ({ sentBytes }: PartProgress) => {
      if (sentBytes === 4 * PART) source.mend();
    };
    expect(await uploadByParts(client, job({ source, onProgress }))).toEqual({ kind: 'done' });
    expect([source.asked, await stored()]).toEqual([[0, 0], bytes]);
  });

  test('of another process are found by ECR, and the blob is sent again from its first byte', async () => {
    const broken = testSource(bytes);
    broken.flip(5);
    const progress = await stopAfter(2, broken);
    const source = testSource(bytes);
    expect(await uploadByParts(client, job({ source, progress }))).toEqual({ kind: 'done' });
    expect([source.asked, await stored()]).toEqual([[2 * PART, 0], bytes]);
  });

  test('in what another process left to do commit nothing', async () => {
    const progress = await stopAfter(2);
    const source = testSource(bytes);
    source.flip(3 * PART);
    await expect(uploadByParts(client, job({ source, progress }))).rejects.toMatchObject({
      code: 'digest mismatch',
    });
    expect(await stored()).toBeUndefined();
  });
});

describe('a source', () => {
  test('that breaks off is asked again at that byte, and the hash spans the seam', async () => {
    const source = testSource(bytes);
    source.breakAfter(PART + 3456);
    expect(await uploadByParts(client, job({ source }))).toEqual({ kind: 'done' });
    expect([source.asked, await stored()]).toEqual([[0, PART + 3456], bytes]);
    expect(count('UploadLayerPart')).toBe(5);
  });

  test('that ends too early is asked for the rest', async () => {
    const source = testSource(bytes);
    source.endAfter(3 * PART);
    expect(await uploadByParts(client, job({ source }))).toEqual({ kind: 'done' });
    expect([source.asked, await stored()]).toEqual([[0, 3 * PART], bytes]);
  });

  test('is not read further than one part ahead of what ECR has taken', async () => {
    const source = testSource(bytes);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    ecr.faults.api.add({ kind: 'hold', release: released, match: isCall('UploadLayerPart') });
    const uploading = uploadByParts(client, job({ source }));
    while (ecr.faults.api.hits === 0 || source.readBytes < 2 * PART) await nextTurn();
    for (let n = 0; n < 50; n += 1) await nextTurn();
    // Two parts, and the piece in which the second ends.
    expect(source.readBytes).toBeLessThanOrEqual(2 * PART + 2000);
    release();
    expect(await uploading).toEqual({ kind: 'done' });
  });
});

describe('an answer of ECR', () => {
  test('to a part that is lost does not send the part twice', async () => {
    const patient = connect(3);
    ecr.faults.api.add({ kind: 'lost', after: 1, match: isCall('UploadLayerPart') });
    const source = testSource(bytes);
    expect(await uploadByParts(patient, job({ source }))).toEqual({ kind: 'done' });
    patient.client.destroy();
    expect([source.asked, await stored()]).toEqual([[0], bytes]);
    // Five parts, and the second once more, which was refused.
    expect(count('UploadLayerPart')).toBe(6);
  });

  test('to the end that is lost is found out by looking', async () => {
    const patient = connect(3);
    ecr.faults.api.add({ kind: 'lost', match: isCall('CompleteLayerUpload') });
    expect(await uploadByParts(patient, job({ source: testSource(bytes) }))).toEqual({ kind: 'done' });
    patient.client.destroy();
    expect([count('InitiateLayerUpload'), count('BatchCheckLayerAvailability')]).toEqual([1, 1]);
  });

  test('that the layer is there already is a success', async () => {
    await uploadByParts(client, job({ source: testSource(bytes) }));
    expect(await uploadByParts(client, job({ source: testSource(bytes) }))).toEqual({ kind: 'done' });
    expect(ecr.calls.at(-1)).toMatchObject({ action: 'ecr:CompleteLayerUpload', status: 400 });
  });

  test('that the upload is gone starts a new one from the first byte, once', async () => {
    const progress = await stopAfter(2);
    ecr.admin.forgetUploads();
    const source = testSource(bytes);
    const told: PartProgress[] = [];
    const onProgress = (each: PartProgress) => {
      told.push(each);
    };
    expect(await uploadByParts(client, job({ source, progress, onProgress }))).toEqual({ kind: 'done' });
    expect([source.asked, await stored()]).toEqual([[2 * PART, 0], bytes]);
    expect(told[0]).toMatchObject({ sentBytes: 0 });
    expect(told[0]?.uploadId).not.toBe(progress.uploadId);

    const forget = uploadByParts(client, job({ source, onProgress: () => ecr.admin.forgetUploads() }));
    await expect(forget).rejects.toMatchObject({ name: 'UploadNotFoundException' });
  });

  test('that a part before the last is too small starts a new one: it can never be completed', async () => {
    const command = new InitiateLayerUploadCommand({ repositoryName: repository });
    const { uploadId = '' } = await client.client.send(command);
    const layerPartBlob = bytes.subarray(0, 100);
    const at = { repositoryName: repository, uploadId, partFirstByte: 0, partLastByte: 99 };
    await client.client.send(new UploadLayerPartCommand({ ...at, layerPartBlob }));
    const progress = { digest: blob.digest, uploadId, partSizeBytes: PART, sentBytes: 100 };
    const source = testSource(bytes);
    expect(await uploadByParts(client, job({ source, progress }))).toEqual({ kind: 'done' });
    expect([source.asked, await stored()]).toEqual([[100, 0], bytes]);
  });

  test('to a part and to the end may take longer than to a question', async () => {
    const { requestHandler } = client.client.config;
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
    await uploadByParts(client, job({ source: testSource(small), blob: tiny }));
    // Undefined: the client's own 30 seconds.
    expect(allowed).toEqual([undefined, 60_000, 180_000]);
  });

  test('that the right is missing is thrown as it is', async () => {
    ecr.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:UploadLayerPart' });
    await expect(uploadByParts(client, job({ source: testSource(bytes) }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

test('an abort ends everything with its reason', async () => {
  const abort = new AbortController();
  const reason = new Error('lease lost');
  const onProgress = ({ sentBytes }: PartProgress) => {
    if (sentBytes === PART) abort.abort(reason);
  };
  const work = uploadByParts(client, job({ source: testSource(bytes), signal: abort.signal, onProgress }));
  await expect(work).rejects.toBe(reason);
});

/** What a process leaves behind that was stopped after so many parts. */
async function stopAfter(parts: number, source = testSource(bytes)): Promise<PartProgress> {
  const stop = new AbortController();
  const onProgress = ({ sentBytes }: PartProgress) => {
    if (sentBytes === parts * PART) stop.abort();
  };
  const end = await uploadByParts(client, job({ source, stop: stop.signal, onProgress }));
  if (end.kind !== 'stopped' || !end.progress) throw new Error('it was to be stopped');
  return end.progress;
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
