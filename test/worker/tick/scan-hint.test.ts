import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { due } from '../../../core/request/due.ts';
import { type RequestItem, SCAN } from '../../../core/request/request.ts';
import { DEFAULT_TIMING as T } from '../../../core/request/timing.ts';
import { requestStore } from '../../../core/store/items.ts';
import type { RequestStore } from '../../../core/store/store.ts';
import { scanEvent } from '../../../local/ecr/events/shapes.ts';
import { parseScanOver, scanHint } from '../../../worker/tick/scan-hint.ts';
import {
  ALICE,
  approveBy,
  copiedInput,
  decided,
  foundScan,
  offered,
  sampleDigest,
  START,
} from '../../core/request/sample-request.ts';
import { type LocalTable, openLocalTable } from '../../core/store/local-table.ts';

let table: LocalTable;
let requests: RequestStore;
beforeAll(async () => {
  table = await openLocalTable();
  requests = requestStore(table.dynamo);
});
afterAll(() => table.close());

const waiting = (): RequestItem =>
  decided(
    offered(),
    approveBy(ALICE),
    { kind: 'claim', image: '1', owner: 'w' },
    { kind: 'tagging', image: '1', owner: 'w', fence: 1 },
    copiedInput('w'),
  );

async function put(item: RequestItem, id: string): Promise<void> {
  const { dueAt: _, ...mine } = { ...item, id };
  const dueAt = due(mine, T);
  await requests.put({ ...mine, ...(dueAt !== undefined && { dueAt }) });
}

async function hinted(event: unknown, now = START): Promise<readonly string[]> {
  const rung: string[] = [];
  const bells = { work: async (id: string) => void rung.push(id), notify: async () => {} };
  await scanHint({ requests, bells, timing: T, now: () => now, log: () => {} }, event);
  return rung;
}

interface About {
  readonly repository: string;
  readonly digest: string;
}
const basic = ({ digest, repository }: About): object => ({
  account: '123456789012',
  region: 'eu-central-1',
  source: 'aws.ecr',
  'detail-type': 'ECR Image Scan',
  resources: [`arn:aws:ecr:eu-central-1:123456789012:repository/${repository}`],
  detail: {
    'scan-status': 'COMPLETE',
    'repository-name': repository,
    'image-digest': digest,
    'image-tags': [],
    'finding-severity-counts': {},
  },
});
const PLATFORM: About = { repository: 'base-images/app1', digest: sampleDigest('amd64') };

describe('the word that a scan is over', () => {
  test('rings for the request that waits for it, and ends the pause before its next look', async () => {
    await put(waiting(), 'M-H001');
    const item = await requests.get('M-H001');
    if (!item) throw new Error('it was put');
    await requests.takeLook(item, { owner: 'look', until: START + 60_000 });
    expect(await hinted(basic(PLATFORM), START + 10)).toEqual(['M-H001']);
    expect((await requests.get('M-H001'))?.work[SCAN]?.until).toBe(START + 10);
  });

  test.each([
    ['of another image of the repository', { ...PLATFORM, digest: sampleDigest('other') }],
    ['of another repository', { ...PLATFORM, repository: 'base-images/app2' }],
  ])('%s rings for nobody', async (_what, about) => {
    expect(await hinted(basic(about))).toEqual([]);
  });

  test('of the same image in another account or Region rings for nobody', async () => {
    expect(await hinted({ ...basic(PLATFORM), account: '210987654321' })).toEqual([]);
    expect(await hinted({ ...basic(PLATFORM), region: 'eu-west-1' })).toEqual([]);
  });

  test('after its findings were told rings for nobody', async () => {
    const item = await requests.get('M-H001');
    if (!item) throw new Error('it was put');
    await requests.write(item, decided(item, { kind: 'scanned', scans: { '1': foundScan } }));
    expect(await hinted(basic(PLATFORM))).toEqual([]);
  });

  test('that is no word of a scan changes nothing', async () => {
    expect(await hinted({ source: 'aws.ecr', detail: 'none' })).toEqual([]);
    expect(await hinted(null)).toEqual([]);
  });
});

test('basic and enhanced scanning name the repository each in their way', () => {
  const image = {
    repository: 'base-images/app1',
    repositoryArn: 'arn:aws:ecr:eu-central-1:123456789012:repository/base-images/app1',
    digest: sampleDigest('amd64'),
    tags: ['1.0'],
  };
  for (const format of ['basic', 'enhanced'] as const) {
    const body = scanEvent(image, {
      kind: 'findings',
      status: 'COMPLETE',
      format,
      findings: [],
      completedAt: START,
    });
    const over = parseScanOver({ ...body, account: '123456789012', region: 'eu-central-1' });
    expect(over).toEqual({
      account: '123456789012',
      region: 'eu-central-1',
      repository: 'base-images/app1',
      digest: image.digest,
    });
  }
});
