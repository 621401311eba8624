import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import type { ScriptedFinding } from '../../../local/ecr/scan/plan.ts';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { blobOf, descriptorOf, manifestOf, sampleImage, sampleIndex } from './sample-image.ts';

let ecr: EcrStandIn;
let pusher: Pusher;
let now = 1_700_000_000_000;

beforeEach(async () => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION, now: () => now });
  pusher = await createPusher(ecr);
  await pusher.createRepository('team/app', { imageScanningConfiguration: { scanOnPush: true } });
});
afterEach(() => ecr.close());

const image = sampleImage('scanned');
const id = { repositoryName: 'team/app', imageId: { imageDigest: image.manifest.digest } };
const look = (more: object = {}) => pusher.sdk.send(new DescribeImageScanFindingsCommand({ ...id, ...more }));
const findings = (count: number): ScriptedFinding[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `CVE-2024-${n}`,
    severity: n === 0 ? 'CRITICAL' : 'LOW',
    package: { name: 'zlib', version: '1.2.12', fixedIn: '1.2.13' },
    title: 'a flaw',
  }));

test('a scan on push goes from not found over PENDING and IN_PROGRESS to COMPLETE', async () => {
  await pusher.pushImage('team/app', 'v1', image);
  await expect(look()).rejects.toMatchObject({ name: 'ScanNotFoundException' });
  now += 300;
  expect((await look()).imageScanStatus?.status).toBe('PENDING');
  now += 700;
  expect((await look()).imageScanStatus?.status).toBe('IN_PROGRESS');
  now += 2000;
  const done = await look();
  expect(done.imageScanStatus?.status).toBe('COMPLETE');
  expect(done.imageScanFindings?.imageScanCompletedAt).toEqual(new Date(now));
  const { imageDetails } = await pusher.sdk.send(
    new DescribeImagesCommand({ repositoryName: 'team/app', imageIds: [{ imageTag: 'v1' }] }),
  );
  expect(imageDetails?.[0]?.imageScanFindingsSummary?.findingSeverityCounts).toEqual(
    done.imageScanFindings?.findingSeverityCounts,
  );
});

test('another tag for an image that is there does not scan it again', async () => {
  await pusher.pushImage('team/app', 'v1', image);
  now += 3000;
  const before = await look();
  await pusher.putManifest('team/app', 'v2', image.manifest);
  expect((await look()).imageScanFindings).toEqual(before.imageScanFindings);
});

test('findings come in pages, and the counts on every page are those of the whole image', async () => {
  ecr.admin.setScan(image.manifest.digest, { kind: 'basic', findings: findings(3) });
  await pusher.pushImage('team/app', 'v1', image);
  const first = await look({ maxResults: 2 });
  const second = await look({ maxResults: 2, nextToken: first.nextToken });
  expect([first, second].map((page) => page.imageScanFindings?.findings?.length)).toEqual([2, 1]);
  for (const page of [first, second]) {
    expect(page.imageScanFindings?.findingSeverityCounts).toEqual({ CRITICAL: 1, LOW: 2 });
  }
  expect(first.imageScanFindings?.findings?.[0]?.attributes).toContainEqual({
    key: 'package_name',
    value: 'zlib',
  });
  await expect(look({ maxResults: 1001 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('enhanced findings may be complete and empty first; UNTRIAGED passes through the SDK', async () => {
  const untriaged = findings(1).map((finding) => ({ ...finding, severity: 'UNTRIAGED' as const }));
  ecr.admin.setScan(image.manifest.digest, {
    kind: 'enhanced',
    status: 'ACTIVE',
    findings: untriaged,
    emptyForMs: 1000,
  });
  await pusher.pushImage('team/app', 'v1', image);
  const early = await look();
  expect([early.imageScanStatus?.status, early.imageScanFindings]).toEqual([
    'COMPLETE',
    { enhancedFindings: [] },
  ]);
  now += 1000;
  const late = await look();
  expect(late.imageScanStatus?.status).toBe('ACTIVE');
  expect(late.imageScanFindings?.findingSeverityCounts).toEqual({ UNTRIAGED: 1 });
  expect(late.imageScanFindings?.enhancedFindings?.[0]?.packageVulnerabilityDetails).toMatchObject({
    vulnerabilityId: 'CVE-2024-0',
    vulnerablePackages: [{ name: 'zlib', version: '1.2.12', fixedInVersion: '1.2.13' }],
  });
});

test('an index is never scanned, and an attestation is no image', async () => {
  const index = sampleIndex('multi');
  for (const child of index.children) await pusher.pushImage('team/app', child.manifest.digest, child);
  await pusher.putManifest('team/app', 'v1', index.manifest);
  const imageId = { imageTag: 'v1' };
  now += 5000;
  await expect(look({ imageId })).rejects.toMatchObject({ name: 'ScanNotFoundException' });
  const start = new StartImageScanCommand({ repositoryName: 'team/app', imageId });
  await expect(pusher.sdk.send(start)).rejects.toMatchObject({ name: 'UnsupportedImageTypeException' });

  const blob = blobOf(Buffer.from('{}'));
  const attestation = manifestOf(MEDIA_TYPE.ociManifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.ociManifest,
    config: descriptorOf('application/vnd.oci.image.config.v1+json', blob),
    layers: [descriptorOf('application/vnd.in-toto+json', blob)],
  });
  await pusher.pushImage('team/app', attestation.digest, { manifest: attestation, blobs: [blob] });
  now += 5000;
  const looked = await look({ imageId: { imageDigest: attestation.digest } });
  expect(looked.imageScanStatus?.status).toBe('UNSUPPORTED_IMAGE');
});

test('without scan on push there is a scan when one is started, once a day', async () => {
  await pusher.createRepository('team/quiet');
  await pusher.pushImage('team/quiet', 'v1', image);
  now += 60_000;
  const quiet = { repositoryName: 'team/quiet' };
  await expect(look(quiet)).rejects.toMatchObject({ name: 'ScanNotFoundException' });
  const start = () => pusher.sdk.send(new StartImageScanCommand({ ...id, ...quiet }));
  expect((await start()).imageScanStatus?.status).toBe('IN_PROGRESS');
  await expect(start()).rejects.toMatchObject({ name: 'LimitExceededException' });
  now += 24 * 60 * 60 * 1000;
  expect((await look(quiet)).imageScanStatus?.status).toBe('COMPLETE');
  await start();

  const configuration = await pusher.sdk.send(
    new BatchGetRepositoryScanningConfigurationCommand({
      repositoryNames: ['team/quiet', 'team/app', 'no/ne'],
    }),
  );
  expect(configuration.scanningConfigurations?.map((each) => each.scanFrequency)).toEqual([
    'MANUAL',
    'SCAN_ON_PUSH',
  ]);
  expect(configuration.failures?.[0]?.repositoryName).toBe('no/ne');
});

test('under enhanced scanning a scan cannot be started by hand', async () => {
  const enhanced = await startEcr({ accountId: ACCOUNT, region: REGION, scanType: 'ENHANCED' });
  const other = await createPusher(enhanced);
  await other.createRepository('team/app');
  await other.pushImage('team/app', 'v1', image);
  await expect(other.sdk.send(new StartImageScanCommand(id))).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'This feature is disabled',
  });
  await enhanced.close();
});

test('what is found by default depends on the digest alone; some images are clean', async () => {
  const countsOf = async (text: string) => {
    const each = sampleImage(text);
    await pusher.pushImage('team/app', text, each);
    now += 5000;
    const { imageScanFindings } = await look({ imageId: { imageTag: text } });
    return imageScanFindings?.findings?.length ?? -1;
  };
  const counts: number[] = [];
  for (let n = 0; n < 16; n += 1) counts.push(await countsOf(`image-${n}`));
  expect(counts).toContain(0);
  expect(Math.max(...counts)).toBeGreaterThan(2);
  now += 5000;
  expect((await look({ imageId: { imageTag: 'image-0' } })).imageScanFindings?.findings?.length).toBe(
    counts[0],
  );
});
