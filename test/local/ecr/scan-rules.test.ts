import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeImageScanFindingsCommand,
  GetRegistryScanningConfigurationCommand,
  PutImageScanningConfigurationCommand,
  PutRegistryScanningConfigurationCommand,
  StartImageScanCommand,
  type PutRegistryScanningConfigurationCommandInput,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EcrOptions, type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { seededRandom } from '../../../local/unkind/seeded-random.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { sampleImage, sampleIndex } from './sample-image.ts';

let ecr: EcrStandIn;
let pusher: Pusher;
let now = 1_700_000_000_000;
let bodies: string[] = [];

const start = async (options: Partial<EcrOptions> = {}) => {
  bodies = [];
  const events = { sink: (body: string) => bodies.push(body) };
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION, now: () => now, events, ...options });
  pusher = await createPusher(ecr);
};
beforeEach(() => start());
afterEach(() => ecr.close());

const image = sampleImage('ruled');
const rules = (input: PutRegistryScanningConfigurationCommandInput) =>
  pusher.sdk.send(new PutRegistryScanningConfigurationCommand(input));
const rule = (filter: string, scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' = 'SCAN_ON_PUSH') => ({
  scanFrequency,
  repositoryFilters: [{ filter, filterType: 'WILDCARD' as const }],
});
const isScanned = async (repositoryName: string) => {
  await pusher.createRepository(repositoryName);
  await pusher.pushImage(repositoryName, 'v1', image);
  now += 60_000;
  const look = new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag: 'v1' } });
  return pusher.sdk.send(look).then(
    () => true,
    (error: Error) => error.name !== 'ScanNotFoundException',
  );
};

describe('a rule of the registry', () => {
  test('has an image scanned on push whose repository does not ask for it', async () => {
    await rules({ rules: [rule('team/*')] });
    expect(await isScanned('team/app')).toBe(true);
    expect(await isScanned('other/team/app')).toBe(false);
  });

  test('without a wildcard fits any name that has it somewhere', async () => {
    await rules({ rules: [rule('team')] });
    expect([await isScanned('other/team-app'), await isScanned('other/app')]).toEqual([true, false]);
  });

  test('is shown, and each put replaces all of them', async () => {
    await rules({ rules: [rule('a*'), rule('b*')] });
    await rules({ rules: [rule('c*')] });
    const shown = await pusher.sdk.send(new GetRegistryScanningConfigurationCommand({}));
    expect(shown.scanningConfiguration).toEqual({ scanType: 'BASIC', rules: [rule('c*')] });
    await expect(rules({ rules: [rule('a'), rule('b'), rule('c')] })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(rules({ rules: [rule('a', 'CONTINUOUS_SCAN')] })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('alone counts under enhanced scanning', async () => {
    await rules({ scanType: 'ENHANCED', rules: [rule('team/*', 'CONTINUOUS_SCAN')] });
    expect(await isScanned('team/app')).toBe(true);
    await pusher.createRepository('own/app', { imageScanningConfiguration: { scanOnPush: true } });
    const { scanningConfigurations = [] } = await pusher.sdk.send(
      new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: ['team/app', 'own/app'] }),
    );
    expect(scanningConfigurations.map((each) => each.scanFrequency)).toEqual(['CONTINUOUS_SCAN', 'MANUAL']);
  });
});

test("a repository's own flag can be changed afterwards", async () => {
  expect(await isScanned('team/app')).toBe(false);
  await pusher.sdk.send(
    new PutImageScanningConfigurationCommand({
      repositoryName: 'team/app',
      imageScanningConfiguration: { scanOnPush: true },
    }),
  );
  await pusher.pushImage('team/app', 'v2', sampleImage('later'));
  now += 60_000;
  const look = new DescribeImageScanFindingsCommand({
    repositoryName: 'team/app',
    imageId: { imageTag: 'v2' },
  });
  expect((await pusher.sdk.send(look)).imageScanStatus?.status).toBe('COMPLETE');
});

describe('events', () => {
  const scanned = { imageScanningConfiguration: { scanOnPush: true } };
  const events = () => bodies.map((body) => JSON.parse(body));
  const REPOSITORY = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/app`;

  test('tell of each manifest that is pushed, a child too', async () => {
    await pusher.createRepository('team/app');
    const index = sampleIndex('told');
    for (const child of index.children) await pusher.pushImage('team/app', child.manifest.digest, child);
    await pusher.putManifest('team/app', 'v1', index.manifest);
    expect(events()).toHaveLength(3);
    expect(events()[0].detail).not.toHaveProperty('image-tag');
    expect(events()[2]).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-/),
      'detail-type': 'ECR Image Action',
      source: 'aws.ecr',
      account: ACCOUNT,
      time: new Date(now).toISOString().replace('.000Z', 'Z'),
      region: REGION,
      resources: [],
      detail: {
        result: 'SUCCESS',
        'repository-name': 'team/app',
        'image-digest': index.manifest.digest,
        'action-type': 'PUSH',
        'image-tag': 'v1',
      },
    });
  });

  test('tell of a basic scan when it is over', async () => {
    await pusher.createRepository('team/app', scanned);
    ecr.admin.setScan(image.manifest.digest, { kind: 'basic', findings: [] });
    const other = sampleImage('slow scan');
    await pusher.pushImage('team/app', 'v1', other);
    expect(events()).toHaveLength(1);
    now += 60_000;
    ecr.admin.deliverEvents();
    ecr.admin.deliverEvents();
    expect(events()).toHaveLength(2);
    expect(events()[1]).toMatchObject({
      'detail-type': 'ECR Image Scan',
      source: 'aws.ecr',
      resources: [REPOSITORY],
      detail: {
        'scan-status': 'COMPLETE',
        'repository-name': 'team/app',
        'image-digest': other.manifest.digest,
        'image-tags': ['v1'],
      },
    });
  });

  test('tell of a scan that was started by hand, too', async () => {
    await pusher.createRepository('team/app');
    await pusher.pushImage('team/app', 'v1', image);
    const imageId = { imageDigest: image.manifest.digest };
    await pusher.sdk.send(new StartImageScanCommand({ repositoryName: 'team/app', imageId }));
    now += 60_000;
    ecr.admin.deliverEvents();
    expect(events().map((event) => event['detail-type'])).toEqual(['ECR Image Action', 'ECR Image Scan']);
  });

  test('of enhanced scanning name the repository by its ARN and bring the sum of what was found', async () => {
    await ecr.close();
    await start({ scanType: 'ENHANCED' });
    const title = 'a flaw';
    const finding = {
      id: 'CVE-1',
      severity: 'HIGH',
      package: { name: 'zlib', version: '1' },
      title,
    } as const;
    ecr.admin.setScan(image.manifest.digest, { kind: 'enhanced', status: 'ACTIVE', findings: [finding] });
    await pusher.createRepository('team/app');
    await pusher.pushImage('team/app', 'v1', image);
    expect(events()[1]).toMatchObject({
      'detail-type': 'Inspector2 Scan',
      source: 'aws.inspector2',
      detail: {
        'scan-status': 'INITIAL_SCAN_COMPLETE',
        'repository-name': REPOSITORY,
        'finding-severity-counts': { HIGH: 1, TOTAL: 1 },
      },
    });
  });

  test('of a failed scan say so, and an image that cannot be scanned has none', async () => {
    await pusher.createRepository('team/app', scanned);
    ecr.admin.setScan(image.manifest.digest, { kind: 'status', status: 'FAILED' });
    const odd = sampleImage('odd');
    ecr.admin.setScan(odd.manifest.digest, { kind: 'status', status: 'UNSUPPORTED_IMAGE' });
    await pusher.pushImage('team/app', 'v1', image);
    await pusher.pushImage('team/app', 'v2', odd);
    const scans = events().filter((event) => event['detail-type'] === 'ECR Image Scan');
    expect(scans.map((event) => event.detail['scan-status'])).toEqual(['FAILED']);
  });

  test('come twice or never, the same way for the same seed', async () => {
    const fates = async (seed: number): Promise<readonly number[]> => {
      await ecr.close();
      const told: string[] = [];
      const events = { sink: (body: string) => told.push(body), random: seededRandom(seed) };
      await start({ events: { ...events, lost: 0.3, doubled: 0.3 } });
      await pusher.createRepository('team/app');
      for (let n = 0; n < 20; n += 1) await pusher.pushImage('team/app', `v${n}`, sampleImage(`fate ${n}`));
      return Array.from(
        { length: 20 },
        (_, n) => told.filter((body) => body.includes(`"image-tag":"v${n}"`)).length,
      );
    };
    const first = await fates(7);
    expect(new Set(first)).toEqual(new Set([0, 1, 2]));
    expect(await fates(7)).toEqual(first);
  });
});
