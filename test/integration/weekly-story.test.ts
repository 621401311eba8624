import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { nextSlot } from '../../core/schedule/cron.ts';
import { LOCAL_ACCESS_KEY_ID } from '../../local/ecr/start.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../local/stand-ins.ts';
import { type Local, startLocal } from '../../local/start.ts';
import type { SampleImage } from '../../local/upstream/sample.ts';
import { actAs, closeBrowser, describeInBrowser, openPage } from '../browser.ts';
import { smallIndex } from '../local/upstream/small-images.ts';
import { mirror } from '../worker/cli/run-mirror.ts';
import { quiet } from './quiet.ts';
import { eventually } from './stage.ts';
import { storeOf, WEEKLY } from './weekly.ts';

const SHOTS = 'test/.screenshots';
const REGISTRY = `${LOCAL_ACCOUNT}.dkr.ecr.${LOCAL_REGION}.amazonaws.com`;

/** What the old job copied every Monday. */
const NAMES = [
  'nginx',
  'redis',
  'node',
  'python',
  'golang',
  'alpine',
  'debian',
  'postgres',
  'httpd',
  'ruby',
  'php',
  'busybox',
];
const image = (name: string, seed = name): SampleImage => ({
  ...smallIndex(seed),
  repository: `library/${name}`,
  tags: ['1.0'],
});
const LIST = `IMAGES = [\n${NAMES.map((name) => `    ('${name}:1.0', 'base-images/${name}'),`).join('\n')}\n    (image_of('tool'), 'base-images/tool'),\n]\n`;

describeInBrowser('the weekly run on the page', () => {
  let local: Local;
  let folder: string;
  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'mirror-weekly-'));
    local = await startLocal({
      log: quiet,
      dataDir: join(folder, 'data'),
      hub: { images: NAMES.map((name) => image(name)), pullLimit: 1_000 },
      configure: (config) => ({
        ...config,
        schedules: [{ name: 'weekly', ...WEEKLY, tracked: 'base-images' }],
      }),
    });
  }, 120_000);
  afterAll(async () => {
    await closeBrowser();
    await local.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const command = (...args: readonly string[]) =>
    mirror(args, {
      env: {
        MIRROR_CONFIG: join(folder, 'data', 'mirror.config.json'),
        MIRROR_TABLE: local.table,
        AWS_ENDPOINT_URL_DYNAMODB: local.dynamoDbUrl,
        AWS_ENDPOINT_URL_STS: local.ecr.apiUrl,
        AWS_ACCESS_KEY_ID: LOCAL_ACCESS_KEY_ID,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_REGION: LOCAL_REGION,
      },
    });

  /** The script that ran until now: each image of the list, by hand. */
  async function oldJob(): Promise<void> {
    const hub = local.upstream;
    if (!hub) throw new Error('there is a sample Hub');
    const host = new URL(hub.url).host;
    const hosts = [
      host,
      hub.authHost,
      hub.blobHost,
      local.ecr.registryHost,
      new URL(local.ecr.blobOrigin).host,
    ];
    const insecure = hosts.flatMap((each) => ['--insecure-host', each]);
    for (const name of NAMES) {
      const to = `${REGISTRY}/base-images/${name}:1.0`;
      const from = `${host}/library/${name}:1.0`;
      const ended = await command('copy', from, to, ...insecure, '--endpoint-url', local.ecr.apiUrl);
      if (ended.code !== 0) throw new Error(ended.err);
    }
  }

  const clock = async (advanceMs: number): Promise<number> => {
    const answer = await fetch(`${local.slack.url}_local/clock`, {
      method: 'POST',
      body: JSON.stringify({ advanceMs }),
    });
    return ((await answer.json()) as { now: number }).now;
  };
  const monday = async (): Promise<number> => {
    const now = await clock(0);
    const slot = nextSlot(WEEKLY, now) ?? now;
    await clock(slot - now + 1_000);
    return slot;
  };

  test('the old list is adopted; one of twelve has changed on Monday, is shown against the old one and approved; next Monday nobody is asked', async () => {
    await oldJob();
    writeFileSync(join(folder, 'copy_images.py'), LIST);
    const adopted = await command('adopt', '--prefix', 'base-images', join(folder, 'copy_images.py'));
    expect(adopted.err).toContain(
      'adopted 12, on record before 0, not in ECR yet 0, without a source 0, lines not read 1',
    );

    local.upstream?.addImage(image('nginx', 'rebuilt'));
    const pulls = () => local.upstream?.calls.filter(({ kind }) => kind === 'manifest get').length ?? 0;
    const page = await openPage(local.slack.url);
    page.setDefaultTimeout(100_000);
    const channel = page.getByRole('log', { name: '#image-requests' });
    await actAs(page, 'Bob');

    await monday();
    const approve = channel.getByRole('button', { name: 'Approve', exact: true });
    await approve.waitFor();
    await channel.getByText('stands there with').waitFor();
    await page.screenshot({ path: `${SHOTS}/weekly-card.png` });
    expect(await channel.getByText('redis').count()).toBe(0);

    await approve.click();
    await channel
      .getByText(/✓ in ECR/)
      .first()
      .waitFor();
    await channel.getByRole('button', { name: /replies/ }).click();
    const thread = page.getByRole('region', { name: 'Thread' });
    await thread.getByText('still get the old digest').waitFor();
    await thread.getByText('Scan of').waitFor();
    await page.screenshot({ path: `${SHOTS}/weekly-thread.png` });

    const before = pulls();
    const slot = await monday();
    const { close, store } = storeOf(local);
    await eventually(async () => {
      const { run } = (await store.schedules.get('weekly')) ?? {};
      const item = run?.slot === slot ? await store.requests.get(run.id) : undefined;
      return item?.schedule?.looked;
    });
    close();
    await page.getByRole('textbox', { name: 'Message #image-requests' }).fill('/mirror schedules');
    await page.keyboard.press('Enter');
    await channel.getByText('12 images: 12 unchanged').waitFor();
    await page.screenshot({ path: `${SHOTS}/weekly-schedules.png` });
    expect(await approve.count()).toBe(0);
    expect(pulls()).toBe(before);
    expect(await page.getByText('undefined').count()).toBe(0);
  }, 240_000);
});
