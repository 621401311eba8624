import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { type PartProgress, uploadByParts } from '../../../worker/ecr/part-upload.ts';
import { testSource } from './part-source.ts';
import { blob, bytes, isCall, job, PART, type PartStage, startPartStage } from './part-stage.ts';

let stage: PartStage;
beforeEach(async () => {
  stage = await startPartStage();
});
afterEach(() => stage.close());

test('a blob goes in as parts, in a row, and is there', async () => {
  const source = testSource(bytes);
  const told: PartProgress[] = [];
  const end = await uploadByParts(
    stage.client,
    job({ source, onProgress: (progress) => told.push(progress) }),
  );
  expect(end).toEqual({ kind: 'done' });
  expect(await stage.stored()).toEqual(bytes);
  expect([
    stage.count('InitiateLayerUpload'),
    stage.count('UploadLayerPart'),
    stage.count('CompleteLayerUpload'),
  ]).toEqual([1, 5, 1]);
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
    const end = await uploadByParts(stage.client, job({ source: first, stop: stop.signal, onProgress }));
    expect(end).toMatchObject({ kind: 'stopped', progress: { sentBytes: parts * PART } });
    if (end.kind !== 'stopped') throw new Error('it was stopped');
    expect(await stage.stored()).toBeUndefined();

    const progress: PartProgress = JSON.parse(JSON.stringify(end.progress));
    const second = testSource(bytes);
    const other = stage.connect(1);
    expect(await uploadByParts(other, job({ source: second, progress }))).toEqual({ kind: 'done' });
    expect(await stage.stored()).toEqual(bytes);
    expect([second.asked, second.readBytes]).toEqual([[parts * PART], blob.sizeBytes - parts * PART]);
    expect([stage.count('InitiateLayerUpload'), stage.count('UploadLayerPart')]).toEqual([1, 5]);
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
    const end = await uploadByParts(stage.client, job({ source: slow, stop: stop.signal }));
    expect(end).toMatchObject({ kind: 'stopped', progress: { sentBytes: PART } });
  });

  test('before it began: nothing is asked of anybody', async () => {
    const source = testSource(bytes);
    const end = await uploadByParts(stage.client, job({ source, stop: AbortSignal.abort() }));
    expect([end, source.asked, stage.count('InitiateLayerUpload')]).toEqual([
      { kind: 'stopped', progress: undefined },
      [],
      0,
    ]);
  });

  test('with a progress that is older than what ECR has: it goes on where ECR is', async () => {
    const progress = await stage.stopAfter(3);
    const source = testSource(bytes);
    const old = { ...progress, sentBytes: PART };
    expect(await uploadByParts(stage.client, job({ source, progress: old }))).toEqual({ kind: 'done' });
    expect(await stage.stored()).toEqual(bytes);
    expect(source.asked).toEqual([PART, 3 * PART]);
  });

  test('when only the end was missing: it is completed without a byte of the source', async () => {
    stage.ecr.faults.api.add({ kind: 'status', status: 500, match: isCall('CompleteLayerUpload') });
    let last: PartProgress | undefined;
    const onProgress = (progress: PartProgress) => {
      last = progress;
    };
    const first = uploadByParts(stage.client, job({ source: testSource(bytes), onProgress }));
    await expect(first).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(last?.sentBytes).toBe(blob.sizeBytes);
    const source = testSource(bytes);
    expect(await uploadByParts(stage.client, job({ source, progress: last }))).toEqual({ kind: 'done' });
    expect([source.asked, await stage.stored()]).toEqual([[], bytes]);
  });

  test('with the progress of another blob: it begins anew', async () => {
    const progress = { ...(await stage.stopAfter(2)), digest: digestOf(Buffer.from('another')) };
    const source = testSource(bytes);
    await uploadByParts(stage.client, job({ source, progress }));
    expect([source.asked, await stage.stored()]).toEqual([[0], bytes]);
  });
});

describe('wrong bytes', () => {
  test('are never sent to their end where the whole was read here, and tried once more', async () => {
    const source = testSource(bytes);
    source.flip(2 * PART + 5);
    await expect(uploadByParts(stage.client, job({ source }))).rejects.toMatchObject({
      code: 'digest mismatch',
    });
    expect([
      stage.count('InitiateLayerUpload'),
      stage.count('UploadLayerPart'),
      stage.count('CompleteLayerUpload'),
    ]).toEqual([2, 8, 0]);
    expect(await stage.stored()).toBeUndefined();
  });

  test('that come only once do no harm', async () => {
    const source = testSource(bytes);
    source.flip(5);
    const onProgress = ({ sentBytes }: PartProgress) => {
      if (sentBytes === 4 * PART) source.mend();
    };
    expect(await uploadByParts(stage.client, job({ source, onProgress }))).toEqual({ kind: 'done' });
    expect([source.asked, await stage.stored()]).toEqual([[0, 0], bytes]);
  });

  test('of another process are found by ECR, and the blob is sent again from its first byte', async () => {
    const broken = testSource(bytes);
    broken.flip(5);
    const progress = await stage.stopAfter(2, broken);
    const source = testSource(bytes);
    expect(await uploadByParts(stage.client, job({ source, progress }))).toEqual({ kind: 'done' });
    expect([source.asked, await stage.stored()]).toEqual([[2 * PART, 0], bytes]);
  });

  test('in what another process left to do commit nothing', async () => {
    const progress = await stage.stopAfter(2);
    const source = testSource(bytes);
    source.flip(3 * PART);
    await expect(uploadByParts(stage.client, job({ source, progress }))).rejects.toMatchObject({
      code: 'digest mismatch',
    });
    expect(await stage.stored()).toBeUndefined();
  });
});

describe('a source', () => {
  test('that breaks off is asked again at that byte, and the hash spans the seam', async () => {
    const source = testSource(bytes);
    source.breakAfter(PART + 3456);
    expect(await uploadByParts(stage.client, job({ source }))).toEqual({ kind: 'done' });
    expect([source.asked, await stage.stored()]).toEqual([[0, PART + 3456], bytes]);
    expect(stage.count('UploadLayerPart')).toBe(5);
  });

  test('that ends too early is asked for the rest', async () => {
    const source = testSource(bytes);
    source.endAfter(3 * PART);
    expect(await uploadByParts(stage.client, job({ source }))).toEqual({ kind: 'done' });
    expect([source.asked, await stage.stored()]).toEqual([[0, 3 * PART], bytes]);
  });

  test('that has more bytes than were promised is refused', async () => {
    const source = testSource(Buffer.concat([bytes, Buffer.from('more')]));
    await expect(uploadByParts(stage.client, job({ source }))).rejects.toMatchObject({
      code: 'digest mismatch',
      message: expect.stringContaining(`more than the ${blob.sizeBytes} bytes promised`),
    });
    expect(await stage.stored()).toBeUndefined();
  });

  test('is not read further than one part ahead of what ECR has taken', async () => {
    const source = testSource(bytes);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    stage.ecr.faults.api.add({ kind: 'hold', release: released, match: isCall('UploadLayerPart') });
    const uploading = uploadByParts(stage.client, job({ source }));
    while (stage.ecr.faults.api.hits === 0 || source.readBytes < 2 * PART) await nextTurn();
    for (let n = 0; n < 50; n += 1) await nextTurn();
    // Two parts, and the piece in which the second ends.
    expect(source.readBytes).toBeLessThanOrEqual(2 * PART + 2000);
    release();
    expect(await uploading).toEqual({ kind: 'done' });
  });
});

test('an abort ends everything with its reason', async () => {
  const abort = new AbortController();
  const reason = new Error('lease lost');
  const onProgress = ({ sentBytes }: PartProgress) => {
    if (sentBytes === PART) abort.abort(reason);
  };
  const work = uploadByParts(
    stage.client,
    job({ source: testSource(bytes), signal: abort.signal, onProgress }),
  );
  await expect(work).rejects.toBe(reason);
});

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
