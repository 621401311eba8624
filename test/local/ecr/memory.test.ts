import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreatePullThroughCacheRuleCommand,
  DescribeImageScanFindingsCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
  GetAccountSettingCommand,
  GetRegistryScanningConfigurationCommand,
  PutAccountSettingCommand,
  PutRegistryScanningConfigurationCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, REGION, sdkFor } from './push.ts';
import { sampleImage, sampleIndex } from './sample-image.ts';

let dataDir = '';
let open: EcrStandIn[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'ecr-'));
});
afterEach(async () => {
  for (const ecr of open) await ecr.close();
  open = [];
  rmSync(dataDir, { recursive: true });
});

const start = async (): Promise<EcrStandIn> => {
  const ecr = await startEcr({ accountId: ACCOUNT, region: REGION, dataDir, now: () => 1_700_000_000_000 });
  open.push(ecr);
  return ecr;
};

test('a new start on the same folder knows everything the old one answered for', async () => {
  const before = await start();
  const pusher = await createPusher(before);
  await pusher.createRepository('team/app', { imageScanningConfiguration: { scanOnPush: true } });
  const index = sampleIndex('kept');
  for (const child of index.children) await pusher.pushImage('team/app', child.manifest.digest, child);
  await pusher.putManifest('team/app', 'v1', index.manifest);
  const [child] = index.children;
  if (!child?.blobs[0]) throw new Error('an index has children with blobs');
  before.admin.setScan(child.manifest.digest, { kind: 'basic', findings: [] });

  // Nothing is closed before: what is not in the files by now would be lost to a kill -9 as well.
  const after = await start();
  expect(after.admin.tags('team/app')).toEqual(new Map([['v1', index.manifest.digest]]));
  expect(after.admin.manifest('team/app', 'v1')?.bytes).toEqual(index.manifest.bytes);
  expect(await after.admin.blob('team/app', child.blobs[0].digest)).toEqual(child.blobs[0].bytes);
  const sdk = sdkFor(after);
  const { repositories } = await sdk.send(new DescribeRepositoriesCommand({}));
  expect(repositories?.[0]?.imageScanningConfiguration).toEqual({ scanOnPush: true });
  const scan = await sdk.send(
    new DescribeImageScanFindingsCommand({
      repositoryName: 'team/app',
      imageId: { imageDigest: child.manifest.digest },
    }),
  );
  expect(scan.imageScanStatus?.status).toBe('COMPLETE');
  // The token of before is still good: it is ECR's, not the process's.
  const { send } = { ...(await createPusher(after)) };
  const path = '/v2/team/app/manifests/v1';
  const old = await send('GET', path, { headers: { authorization: pusher.authorization } });
  expect(old.status).toBe(200);
});

test('settings of the registry are known after a new start', async () => {
  const { sdk } = await createPusher(await start());
  await sdk.send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value: 'ENABLED' }));
  const filters = [{ filter: 'team/*', filterType: 'WILDCARD' as const }];
  const rules = [{ scanFrequency: 'SCAN_ON_PUSH' as const, repositoryFilters: filters }];
  await sdk.send(new PutRegistryScanningConfigurationCommand({ scanType: 'BASIC', rules }));
  const rule = { ecrRepositoryPrefix: 'quay', upstreamRegistryUrl: 'quay.io' };
  await sdk.send(new CreatePullThroughCacheRuleCommand(rule));

  const after = sdkFor(await start());
  const setting = await after.send(new GetAccountSettingCommand({ name: 'BLOB_MOUNTING' }));
  const scanning = await after.send(new GetRegistryScanningConfigurationCommand({}));
  const caches = await after.send(new DescribePullThroughCacheRulesCommand({}));
  expect([setting.value, scanning.scanningConfiguration, caches.pullThroughCacheRules?.length]).toEqual([
    'ENABLED',
    { scanType: 'BASIC', rules },
    1,
  ]);
});

test('an upload under way is gone after a new start, and so are its bytes', async () => {
  const before = await start();
  const pusher = await createPusher(before);
  await pusher.createRepository('team/app');
  const blob = sampleImage('halfway').blobs[0];
  if (!blob) throw new Error('a sample has blobs');
  const started = await pusher.send('POST', '/v2/team/app/blobs/uploads/');
  const location = new URL(String(started.headers['location']), `http://${before.registryHost}`);
  await pusher.send('PATCH', location.href, { body: blob.bytes });
  expect(readdirSync(join(dataDir, 'uploads'))).toHaveLength(1);

  const after = await start();
  expect(readdirSync(join(dataDir, 'uploads'))).toEqual([]);
  const there = await createPusher(after);
  const put = await there.send('PUT', `${location.pathname}${location.search}&digest=${blob.digest}`);
  expect(put.status).toBe(404);
});

test('a line torn by a crash is forgotten', async () => {
  const before = await start();
  await (await createPusher(before)).createRepository('team/app');
  writeFileSync(join(dataDir, 'journal.jsonl'), '{"kind":"blob","repository":"te', { flag: 'a' });
  const after = await start();
  const { repositories } = await sdkFor(after).send(new DescribeRepositoriesCommand({}));
  expect(repositories).toHaveLength(1);
});

test('a taken port is an error that leaves nothing listening', async () => {
  const first = await start();
  const port = Number(first.registryHost.split(':')[1]);
  const ports = { api: 0, registry: port, blobs: 0 };
  await expect(startEcr({ accountId: ACCOUNT, region: REGION, ports })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
