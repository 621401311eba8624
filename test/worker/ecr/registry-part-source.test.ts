import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Descriptor } from '../../../core/oci/descriptor.ts';
import { digestOf } from '../../../core/oci/digest.ts';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { planCopy } from '../../../worker/copy/plan.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import type { Ecr } from '../../../worker/ecr/client.ts';
import { type PartProgress, uploadByParts } from '../../../worker/ecr/part-upload.ts';
import { registryPartSource } from '../../../worker/ecr/registry-part-source.ts';
import { ACCOUNT, REGION } from '../../local/ecr/push.ts';
import { type Hub, startHub } from '../copy/hub.ts';
import { handClock } from '../registry/test-registry.ts';
import { testSource } from './part-source.ts';
import { ecrFor, repositoryName } from './with-ecr.ts';

const PART = 200_000;
const repository = repositoryName('team/app');
let standIn: EcrStandIn;
let ecr: Ecr;
let hub: Hub;
const never = new AbortController().signal;

const start = async (uploadLimits: Parameters<typeof startEcr>[0]['uploadLimits']) => {
  standIn = await startEcr({ accountId: ACCOUNT, region: REGION, ...(uploadLimits && { uploadLimits }) });
  ecr = ecrFor(standIn);
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName: repository }));
};
beforeEach(async () => {
  await start({ partMinBytes: PART, partSizeBytes: PART });
  hub = await startHub();
});
afterEach(async () => {
  ecr.client.destroy();
  await hub.close();
  await standIn.close();
});

const layerOf = async (): Promise<Descriptor> => {
  const source = hub.registry.repository('library/small');
  const [largest] = planCopy(await fetchTree(source, hub.upstream.digestOf('library/small', '1'))).blobs;
  if (!largest) throw new Error('the sample has layers');
  return largest;
};
const upload = (blob: Descriptor, more: object = {}) =>
  uploadByParts(ecr, {
    repository,
    blob,
    source: registryPartSource(hub.registry.repository('library/small'), blob),
    stop: never,
    signal: never,
    clock: handClock(),
    ...more,
  });

test('what one run has sent the next one does not ask the registry for again', async () => {
  const blob = await layerOf();
  const stop = new AbortController();
  const onProgress = ({ sentBytes }: PartProgress) => {
    if (sentBytes === 2 * PART) stop.abort();
  };
  const end = await upload(blob, { stop: stop.signal, onProgress });
  if (end.kind !== 'stopped' || !end.progress) throw new Error('it was to be stopped');

  const before = hub.upstream.calls.length;
  expect(await upload(blob, { progress: end.progress })).toEqual({ kind: 'done' });
  const stored = await standIn.admin.blob('team/app', blob.digest);
  expect(stored && digestOf(stored)).toBe(blob.digest);
  const asked = hub.upstream.calls.slice(before).filter(({ server }) => server === 'blobs');
  expect(asked.map(({ range }) => range)).toEqual([`bytes=${2 * PART}-`]);
});

test('a download that is cut is gone on with, and the parts stay in a row', async () => {
  const blob = await layerOf();
  hub.upstream.damageBlob(blob.digest, { kind: 'cut', afterBytes: 300_000 });
  expect(await upload(blob)).toEqual({ kind: 'done' });
  const starts = standIn.calls.filter(({ action }) => action === 'ecr:InitiateLayerUpload');
  expect(starts).toHaveLength(1);
});

test('a flipped byte never becomes a layer', async () => {
  const blob = await layerOf();
  hub.upstream.damageBlob(blob.digest, { kind: 'flip', atByte: 500_000 }, 100);
  await expect(upload(blob)).rejects.toMatchObject({ code: 'digest mismatch', host: 'docker.io' });
  expect(await standIn.admin.blob('team/app', blob.digest)).toBeUndefined();
});

test('with the limits of AWS 25 MiB go in as parts of 10, 10 and 5 MiB', async () => {
  ecr.client.destroy();
  await standIn.close();
  await start(undefined);
  const mib = 1024 * 1024;
  const bytes = Buffer.alloc(25 * mib, 'layer');
  const blob = { mediaType: 'application/octet-stream', digest: digestOf(bytes), sizeBytes: bytes.length };
  const told: number[] = [];
  const onProgress = ({ sentBytes }: PartProgress) => told.push(sentBytes);
  expect(await upload(blob, { source: testSource(bytes, 65_536), onProgress })).toEqual({ kind: 'done' });
  expect(told).toEqual([0, 10 * mib, 20 * mib, 25 * mib]);
});
