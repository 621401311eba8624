import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseEcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import { LOCAL_ACCOUNT } from '../../local/stand-ins.ts';
import { smallIndex } from '../local/upstream/small-images.ts';
import { cards } from './person.ts';
import { eventually, type Stage, startStage } from './stage.ts';
import { openWeeks, WEEKLY, type Weeks } from './weekly.ts';

const TAGS = Array.from({ length: 200 }, (_, n) => `1.${n}`);

let stage: Stage;
let weeks: Weeks;
beforeAll(async () => {
  stage = await startStage({
    hub: { images: [{ ...smallIndex(), tags: TAGS }] },
    configure: (config) => ({
      ...config,
      hours: { quiet: { from: '00:00', to: '07:00' } },
      schedules: [{ name: 'weekly', ...WEEKLY, tracked: 'base-images' }],
    }),
  });
  weeks = await openWeeks(stage);
  const repository = parseEcrRepositoryName('base-images/nginx');
  if (!repository.ok) throw new Error('a bad name');
  const digest = stage.hub.digestOf('library/nginx', '1.0');
  const source = { registry: 'docker.io', repository: 'library/nginx' };
  const since = await weeks.now();
  for (const tag of TAGS) {
    const target = {
      destination: 'local',
      account: LOCAL_ACCOUNT,
      region: 'eu-central-1',
      repository: repository.name,
      tag,
    };
    await weeks.store.tracked.put({ source: { ...source, tag }, target, since });
    const current = { sourceDigest: digest, targetDigest: digest, request: 'M-7F3K', copiedAt: since };
    await weeks.store.targets.setAlso(target, current);
  }
}, 120_000);
afterAll(async () => {
  weeks.close();
  await stage.close();
});

test('a run over 200 unchanged tags spends no pull, at most two requests a tag, and no word', async () => {
  const before = stage.hub.calls.length;
  const run = await weeks.monday();
  expect(run.schedule?.looked).toMatchObject({ images: 200, unchanged: 200, changed: 0, failed: 0 });
  const calls = stage.hub.calls.slice(before);
  expect(calls.filter(({ kind }) => kind === 'manifest get')).toEqual([]);
  expect(calls.filter(({ server }) => server === 'registry').length).toBeLessThanOrEqual(2 * TAGS.length);
  expect(calls.filter(({ kind }) => kind === 'manifest head').length).toBeGreaterThanOrEqual(TAGS.length);
  expect(await cards(stage.slack)).toEqual([]);
  expect(run).toMatchObject({ state: 'finished', events: [] });
});

test('thirty that have changed at once are two requests; their cards come when the quiet hours are over', async () => {
  const moved = TAGS.slice(0, 30);
  stage.hub.addImage({ ...smallIndex('moved'), tags: moved });
  const run = await weeks.monday();
  expect(Object.keys(run.entries)).toHaveLength(25);
  expect(run.schedule?.looked).toMatchObject({ changed: 30, unchanged: 170 });
  const sayFrom = run.schedule?.sayFrom ?? 0;
  expect(new Date(sayFrom).toISOString()).toContain('T07:00:00');
  expect(await cards(stage.slack)).toEqual([]);
  await weeks.advance(sayFrom - (await weeks.now()) + 1_000);
  const said = await eventually(async () => {
    const all = await cards(stage.slack);
    return all.length === 2 ? all : undefined;
  });
  expect(said.map(({ text }) => text).join('\n')).toMatch(
    /25 images[\s\S]*5 images|5 images[\s\S]*25 images/,
  );
});
