import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDynamo } from '../../../../core/store/dynamo.ts';
import { openStore } from '../../../../core/store/open-store.ts';
import type { Store } from '../../../../core/store/store.ts';
import { LOCAL_ACCESS_KEY_ID } from '../../../../local/ecr/start.ts';
import {
  LOCAL_ACCOUNT,
  LOCAL_CREDENTIALS,
  LOCAL_REGION,
  type StandIns,
  startStandIns,
} from '../../../../local/stand-ins.ts';
import { createPusher } from '../../../local/ecr/push.ts';
import { sampleImage } from '../../../local/ecr/sample-image.ts';
import { smallImages } from '../../../local/upstream/small-images.ts';
import { linesOf, mirror } from '../run-mirror.ts';

/** What an old job left behind: images in ECR, and the list it worked on. */
let places: StandIns;
let folder: string;
let store: Store;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-adopt-'));
  places = await startStandIns({ page: false, hub: { images: smallImages }, dataDir: join(folder, 'data') });
  const dynamo = openDynamo(places.table, {
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    endpoint: places.dynamoDbUrl,
  });
  store = openStore(dynamo, Date.now);
  const pusher = await createPusher(places.ecr);
  for (const [repository, tag, seed] of [
    ['base-images/nginx', '1.21-alpine', 'old'],
    ['base-images/web', '1.0', 'unknown'],
    ['other/nginx', '1.21-alpine', 'elsewhere'],
  ] as const) {
    await pusher.createRepository(repository);
    await pusher.pushImage(repository, tag, sampleImage(seed));
  }
  pusher.sdk.destroy();
}, 60_000);
afterAll(async () => {
  await places.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]) =>
  mirror(['adopt', ...args], {
    env: {
      MIRROR_CONFIG: join(folder, 'data', 'mirror.config.json'),
      MIRROR_TABLE: places.table,
      AWS_ENDPOINT_URL_DYNAMODB: places.dynamoDbUrl,
      AWS_ENDPOINT_URL_STS: places.ecr.apiUrl,
      AWS_ACCESS_KEY_ID: LOCAL_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: LOCAL_REGION,
    },
  });
const list = (text: string): string => {
  const file = join(folder, 'list.py');
  writeFileSync(file, text);
  return file;
};
const tracked = () => store.tracked.list({ account: LOCAL_ACCOUNT, region: LOCAL_REGION }, 'base-images');
const target = (repository: string, tag: string) =>
  ({ destination: 'local', account: LOCAL_ACCOUNT, region: LOCAL_REGION, repository, tag }) as Parameters<
    Store['targets']['get']
  >[0];

const LIST = `IMAGES = [
    ('nginx:1.21-alpine', 'base-images/nginx'),
    ('redis:6.2', 'base-images/redis'),
    ('alpine:3', 'shop/alpine'),
]
`;

test('a dry run tells all of it and writes nothing', async () => {
  const ended = await run('--prefix', 'base-images', '--dry-run', list(LIST));
  expect(ended.out).toContain('adopted  base-images/nginx:1.21-alpine');
  expect(ended.err).toContain('would adopt 2, on record before 0, not in ECR yet 1');
  expect(await tracked()).toEqual([]);
  expect(await store.targets.get(target('base-images/nginx', '1.21-alpine'))).toBeUndefined();
});

test('what stands in ECR is the baseline, what is on the list is tracked, and a line that cannot be is listed', async () => {
  const ended = await run('--prefix', 'base-images', '--json', list(LIST));
  expect(ended.code).toBe(1);
  const lines = linesOf(ended.out);
  expect(lines).toMatchObject([
    {
      kind: 'adopted',
      target: 'base-images/nginx:1.21-alpine',
      source: 'nginx:1.21-alpine',
      from: 'list',
      same: false,
    },
    { kind: 'adopted', target: 'base-images/web:1.0' },
    { kind: 'tracked', target: 'base-images/redis:6.2', source: 'redis:6.2' },
    {
      kind: 'not read',
      line: 4,
      why: expect.stringContaining('shop/alpine is not a repository of team default'),
    },
    { kind: 'schedule', schedule: { name: 'weekly', cron: '0 2 * * 1', tracked: 'base-images' } },
  ]);
  expect(lines[1]).not.toHaveProperty('source');
  const digest = places.ecr.admin.tags('base-images/nginx').get('1.21-alpine');
  expect((await store.targets.get(target('base-images/nginx', '1.21-alpine')))?.current).toMatchObject({
    sourceDigest: digest,
    targetDigest: digest,
    request: 'adopted',
  });
  expect((await tracked()).map((each) => each.target.repository)).toEqual([
    'base-images/nginx',
    'base-images/redis',
  ]);
});

test('a second time nothing is written over', async () => {
  const ended = await run('--prefix', 'base-images', list("('nginx:1.21-alpine', 'base-images/nginx')\n"));
  expect(ended.code).toBe(0);
  expect(ended.err).toContain('adopted 0, on record before 2');
});

test('without a prefix or a file that is there it says what is missing', async () => {
  expect((await run()).err).toContain('--prefix base-images');
  expect(await run('--prefix', 'base-images', '/no/such/list')).toMatchObject({ code: 2 });
});
