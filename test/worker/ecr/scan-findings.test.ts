import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ScanResult, ScriptedFinding } from '../../../local/ecr/scan/plan.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { fromEnhanced } from '../../../worker/ecr/finding-shapes.ts';
import { lookAtScan } from '../../../worker/ecr/scan-findings.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from '../../local/ecr/push.ts';
import { sampleImage, sampleIndex } from '../../local/ecr/sample-image.ts';
import { ecrFor, repositoryName } from './with-ecr.ts';

let standIn: EcrStandIn;
let pusher: Pusher;
let now = 1_700_000_000_000;
const repository = repositoryName('team/app');
const image = sampleImage('looked at');
const { digest } = image.manifest;
const look = () => lookAtScan(ecrFor(standIn), { repository, digest });

beforeEach(async () => {
  standIn = await startEcr({ accountId: ACCOUNT, region: REGION, now: () => now });
  pusher = await createPusher(standIn);
  await pusher.createRepository('team/app', { imageScanningConfiguration: { scanOnPush: true } });
});
afterEach(() => standIn.close());

const push = async (result: ScanResult) => {
  standIn.admin.setScan(digest, result);
  await pusher.pushImage('team/app', 'v1', image);
};
const zlib: ScriptedFinding = {
  id: 'CVE-2022-37434',
  severity: 'CRITICAL',
  package: { name: 'zlib', version: '1.2.12-r1', fixedIn: '1.2.12-r2' },
  title: 'inflate overflow',
};
const tar: ScriptedFinding = {
  id: 'CVE-2005-2541',
  severity: 'INFORMATIONAL',
  package: { name: 'tar', version: '1.34' },
  title: 'setuid',
};

test('a scan is waited for from before the image is seen until it is complete', async () => {
  const seen: string[] = [];
  const note = async () => {
    const looked = await look();
    seen.push(looked.kind === 'waiting' ? looked.status : looked.kind);
  };
  await note();
  await pusher.pushImage('team/app', 'v1', image);
  for (const passed of [0, 300, 700, 2000]) {
    now += passed;
    await note();
  }
  expect(seen).toEqual(['image not visible yet', 'no scan yet', 'PENDING', 'IN_PROGRESS', 'found']);
});

test('basic findings come worst first, with package, version and fix', async () => {
  await push({ kind: 'basic', findings: [tar, zlib] });
  expect(await look()).toEqual({
    kind: 'found',
    counts: { CRITICAL: 1, INFORMATIONAL: 1 },
    completedAt: now,
    findings: [
      {
        id: 'CVE-2022-37434',
        severity: 'CRITICAL',
        package: 'zlib',
        version: '1.2.12-r1',
        fixedIn: '1.2.12-r2',
        title: 'inflate overflow',
        uri: 'https://cve.mitre.org/cgi-bin/cvename.cgi?name=CVE-2022-37434',
      },
      {
        id: 'CVE-2005-2541',
        severity: 'INFORMATIONAL',
        package: 'tar',
        version: '1.34',
        title: 'setuid',
        uri: 'https://cve.mitre.org/cgi-bin/cvename.cgi?name=CVE-2005-2541',
      },
    ],
  });
});

test('enhanced findings of an ACTIVE image are found, UNTRIAGED among them', async () => {
  const untriaged: ScriptedFinding = { ...tar, severity: 'UNTRIAGED' };
  await push({ kind: 'enhanced', status: 'ACTIVE', findings: [untriaged, zlib] });
  expect(await look()).toMatchObject({
    kind: 'found',
    counts: { CRITICAL: 1, UNTRIAGED: 1 },
    findings: [
      { id: 'CVE-2022-37434', package: 'zlib', version: '1.2.12-r1', fixedIn: '1.2.12-r2' },
      { id: 'CVE-2005-2541', severity: 'UNTRIAGED', package: 'tar' },
    ],
  });
});

test('a COMPLETE that comes before its findings is waited for', async () => {
  await push({ kind: 'enhanced', status: 'COMPLETE', findings: [zlib], emptyForMs: 5000 });
  expect(await look()).toEqual({ kind: 'waiting', status: 'COMPLETE' });
  now += 5000;
  expect(await look()).toMatchObject({ kind: 'found', counts: { CRITICAL: 1 } });
});

test('a clean image is found with nothing in it', async () => {
  await push({ kind: 'basic', findings: [] });
  expect(await look()).toEqual({ kind: 'found', counts: {}, findings: [], completedAt: now });
});

test('all pages are followed and the counts are not added up over them', async () => {
  const many = Array.from({ length: 2500 }, (_, n) => ({ ...tar, id: `CVE-1-${n}` }));
  await push({ kind: 'basic', findings: [...many, zlib] });
  const looked = await look();
  expect(looked).toMatchObject({ kind: 'found', counts: { CRITICAL: 1, INFORMATIONAL: 2500 } });
  const findings = looked.kind === 'found' ? looked.findings : [];
  expect([findings.length, findings[0]?.id]).toEqual([2501, 'CVE-2022-37434']);
});

test.each([
  ['FAILED', 'the scan failed'],
  ['UNSUPPORTED_IMAGE', 'the scanner does not know this kind of image'],
  ['FINDINGS_UNAVAILABLE', 'ECR has no findings for this image'],
  ['LIMIT_EXCEEDED', "the account's scan quota is used up"],
  ['IMAGE_ARCHIVED', 'the image is archived'],
  ['SCAN_ELIGIBILITY_EXPIRED', 'the image is older than what the account scans'],
])('%s is the end, in words', async (status, why) => {
  await push({ kind: 'status', status });
  expect(await look()).toEqual({ kind: 'unavailable', why });
});

test("ECR's own description of a failure is added", async () => {
  await push({ kind: 'status', status: 'UNSUPPORTED_IMAGE', description: 'no package manager' });
  expect(await look()).toMatchObject({
    why: 'the scanner does not know this kind of image (no package manager)',
  });
});

test('a status of tomorrow is waited for', async () => {
  await push({ kind: 'status', status: 'WARMING_UP' });
  expect(await look()).toEqual({ kind: 'waiting', status: 'WARMING_UP' });
});

test('an index has no scan of its own', async () => {
  const index = sampleIndex('multi');
  for (const child of index.children) await pusher.pushImage('team/app', child.manifest.digest, child);
  await pusher.putManifest('team/app', 'v2', index.manifest);
  now += 60_000;
  const looked = await lookAtScan(ecrFor(standIn), { repository, digest: index.manifest.digest });
  expect(looked).toEqual({ kind: 'waiting', status: 'no scan yet' });
});

describe('what stands in the way', () => {
  test('a missing right and a missing repository end the waiting', async () => {
    const other = repositoryName('team/none');
    expect(await lookAtScan(ecrFor(standIn), { repository: other, digest })).toEqual({
      kind: 'unavailable',
      why: `repository team/none is not in account ${ACCOUNT}, Region ${REGION}`,
    });
    standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:DescribeImageScanFindings' });
    expect(await look()).toEqual({
      kind: 'unavailable',
      why: 'the worker may not ecr:DescribeImageScanFindings',
    });
  });

  test('throttling and expired credentials are thrown: they pass', async () => {
    const body = '{"__type":"ThrottlingException","message":"Rate exceeded"}';
    standIn.faults.api.add({ kind: 'status', status: 400, body, match: () => true });
    await expect(look()).rejects.toMatchObject({ name: 'ThrottlingException' });
    standIn.admin.expireCredentials(LOCAL_ACCESS_KEY_ID);
    await expect(look()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });
});

test("Inspector's NotAvailable is no fix, and a package with a fix is shown first", () => {
  const finding = fromEnhanced({
    severity: 'HIGH',
    packageVulnerabilityDetails: {
      vulnerabilityId: 'CVE-1',
      vulnerablePackages: [
        { name: 'a', version: '1', fixedInVersion: 'NotAvailable' },
        { name: 'b', version: '1', fixedInVersion: '2' },
      ],
    },
  });
  expect(finding).toEqual({ id: 'CVE-1', severity: 'HIGH', package: 'b', version: '1', fixedIn: '2' });
  const none = fromEnhanced({
    title: 'CVE-2 - a',
    packageVulnerabilityDetails: {
      vulnerablePackages: [{ name: 'a', version: '1', fixedInVersion: 'NotAvailable' }],
    },
  });
  expect(none).toEqual({
    id: 'CVE-2 - a',
    title: 'CVE-2 - a',
    severity: 'UNDEFINED',
    package: 'a',
    version: '1',
  });
});
