import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { digestPrefix } from '../../core/oci/digest.ts';
import { smallImages, smallIndex } from '../local/upstream/small-images.ts';
import { cards, repliesOf, seen, textOf, transcript } from './person.ts';
import {
  approve,
  ask,
  cardOf,
  dialog,
  eventually,
  itemOf,
  settled,
  type Stage,
  startStage,
  threadOf,
} from './stage.ts';
import { DAY_MS, HOUR_MS, openWeeks, runOf, WEEKLY, type Weeks } from './weekly.ts';

/** One story over several weeks: what is tracked is looked at on Mondays, and only what has changed is asked for. */
let stage: Stage;
let weeks: Weeks;
beforeAll(async () => {
  stage = await startStage({
    hub: { images: [...smallImages, { ...smallIndex('old'), repository: 'library/openjdk', tags: ['8'] }] },
    configure: (config) => ({
      ...config,
      rules: [
        {
          name: 'trusted',
          match: { source: 'docker.io/library/openjdk:*' },
          decision: 'auto',
          minAgeDays: 3,
        },
        ...(config.rules ?? []),
      ],
      schedules: [{ name: 'weekly', ...WEEKLY, tracked: 'base-images' }],
    }),
  });
  weeks = await openWeeks(stage);
}, 120_000);
afterAll(async () => {
  weeks.close();
  await stage.close();
});

const said = async (): Promise<number> => (await cards(stage.slack)).length;
const pulls = (): number => stage.hub.calls.filter(({ kind }) => kind === 'manifest get').length;

async function mirrored(text: string): Promise<string> {
  const id = await ask(stage, text);
  await approve(stage, id);
  await threadOf(stage, id, 'Scan of');
  await settled(stage, id);
  return id;
}

test('what is asked for by its tag is tracked, and the card says which schedule looks at it; a digest is not', async () => {
  const id = await ask(stage, '/mirror nginx:1.21-alpine base-images/nginx');
  const card = await cardOf(stage, id, 'waiting for');
  expect(textOf(card)).toContain('tracked: `weekly` asks again when `1.21-alpine` changes');
  await approve(stage, id);
  await settled(stage, id);
  const digest = stage.hub.digestOf('library/redis', '6.2');
  const pinned = await ask(stage, `/mirror redis@${digest} base-images/pinned:6.2`);
  const other = await cardOf(stage, pinned, 'waiting for');
  expect(textOf(other)).toContain('by digest, which never changes');
  await approve(stage, pinned);
  await settled(stage, pinned);
  const tracked = await weeks.store.tracked.list(
    { account: '123456789012', region: 'eu-central-1' },
    'base-images',
  );
  expect(tracked.map(({ target }) => `${target.repository}:${target.tag}`)).toEqual([
    'base-images/nginx:1.21-alpine',
  ]);
});

test('a Monday on which nothing has changed costs no pull, and nobody hears of it', async () => {
  await mirrored('/mirror redis:6.2 base-images/redis');
  const before = [await said(), pulls()];
  const run = await weeks.monday();
  expect(run).toMatchObject({
    state: 'finished',
    events: [],
    images: {},
    schedule: { name: 'weekly', looked: { images: 2, changed: 0, unchanged: 2 } },
  });
  expect(run).not.toHaveProperty('requester');
  expect([await said(), pulls()]).toEqual(before);
});

test('what has changed is asked for with both digests, and once it is in ECR nobody is asked again', async () => {
  const old = stage.hub.digestOf('library/nginx', '1.21-alpine');
  const digest = stage.hub.addImage({ ...smallIndex('moved'), tags: ['1.21-alpine'] });
  const run = await weeks.monday();
  expect(run.schedule?.looked).toMatchObject({ changed: 1, unchanged: 1 });
  const card = await cardOf(stage, run.id, 'waiting for');
  expect(textOf(card)).toContain('Schedule `weekly` asks');
  expect(textOf(card)).toContain(`stands there with \`${old.slice(0, 11)}`);
  expect(textOf(card)).not.toContain('redis');
  await approve(stage, run.id);
  const thread = repliesOf(await threadOf(stage, run.id, 'Tagged')).join('\n');
  expect(thread).toContain('Dockerfiles that name `1.21-alpine` still get the old digest');
  await settled(stage, run.id);
  const tags = stage.local.ecr.admin.tags('base-images/nginx');
  expect(tags.get(`1.21-alpine-${digestPrefix(digest)}`)).toBe(digest);
  expect((await weeks.monday()).schedule?.looked).toMatchObject({ changed: 0, unchanged: 2 });
});

test('what is still being decided is not asked for twice, and what was denied not again', async () => {
  stage.hub.addImage({ ...smallIndex('denied'), tags: ['1.21-alpine'] });
  const run = await weeks.monday();
  const card = await cardOf(stage, run.id, 'waiting for');
  // The card expires after a week: this look comes earlier than that.
  await weeks.advance(2 * HOUR_MS);
  await stage.bob.command('/mirror schedules');
  const now = await weeks.now();
  expect(await runNow(now)).toMatchObject({ schedule: { looked: { changed: 0, waiting: 1 } } });
  const view = await dialog(stage, stage.bob, card, 'deny');
  await stage.bob.submit(view.id, { reason: 'not this one' });
  await settled(stage, run.id);
  expect((await weeks.monday()).schedule?.looked).toMatchObject({ changed: 0, denied: 1 });
});

/** Bob's own list of schedules has the button. */
async function runNow(since: number) {
  const list = await seen(stage.slack, async () => {
    const { ephemerals } = await transcriptOf();
    return ephemerals.findLast(({ text }) => text.includes('1 schedule'));
  });
  await stage.bob.click(list, 'run_schedule');
  const slot = since - (since % 60_000);
  return eventually(async () => {
    const { run } = await weeks.row();
    return run && run.slot >= slot
      ? runOf(stage, weeks.store, { name: 'weekly', slot: run.slot })
      : undefined;
  });
}
const transcriptOf = () => transcript(stage.slack);

test('a schedule is listed with its last and next run; who is no approver cannot have it run', async () => {
  await stage.dave.command('/mirror schedules');
  const list = await seen(stage.slack, async () => {
    const { ephemerals } = await transcriptOf();
    return ephemerals.findLast(({ text, user }) => text.includes('1 schedule') && user === 'U01DAVE0001');
  });
  expect(textOf(list)).toContain('all tracked below `base-images`');
  expect(textOf(list)).toContain('2 images: 1 unchanged and 1 denied before');
  const before = (await weeks.row()).run?.id;
  await stage.dave.click(list, 'run_schedule');
  const refused = await seen(stage.slack, async () =>
    (await stage.dave.whispers()).findLast((text) => text.includes('Nothing was begun')),
  );
  expect(refused).toContain("Only approvers of the schedule's team");
  expect((await weeks.row()).run?.id).toBe(before);
});

test('a tag that is gone is told once, with what to do; what stands in ECR stays', async () => {
  stage.hub.removeTag('library/redis', '6.2');
  const run = await weeks.monday();
  const card = await cardOf(stage, run.id, 'is gone at its source');
  expect(textOf(card)).toContain('`docker.io/library/redis:6.2` is gone at its source');
  expect(textOf(card)).toContain('/mirror untrack base-images/redis:6.2');
  const before = await said();
  expect((await weeks.monday()).schedule).toMatchObject({ looked: { gone: 1 } });
  expect(await said()).toBe(before);
  expect(stage.local.ecr.admin.tags('base-images/redis').has('6.2')).toBe(true);
});

test('what is untracked is looked at no more, until it is tracked again', async () => {
  await stage.alice.command('/mirror untrack base-images/redis:6.2');
  await seen(stage.slack, async () =>
    (await stage.alice.whispers()).findLast((text) => text.includes('not tracked any more')),
  );
  expect((await weeks.monday()).schedule?.looked).toMatchObject({ images: 1, gone: 0 });
});

test('a rule that lets in by itself waits for three days, then takes the digest without asking; a deprecated image is told', async () => {
  await stage.alice.command('/mirror track openjdk:8 base-images/openjdk');
  await seen(stage.slack, async () =>
    (await stage.alice.whispers()).findLast((text) => text.includes('is tracked for')),
  );
  const run = await weeks.monday();
  expect(run.schedule?.looked).toMatchObject({ images: 2, young: 1, changed: 0 });
  expect(textOf(await cardOf(stage, run.id, 'looked after no more'))).toContain('eclipse-temurin');
  const { againAt = 0 } = await weeks.row();
  expect(againAt - (await weeks.now())).toBeGreaterThan(2 * DAY_MS);
  await weeks.advance(3 * DAY_MS + HOUR_MS);
  const again = await runOf(stage, weeks.store, { name: 'weekly', slot: againAt });
  const done = await settled(stage, again.id);
  expect(done.images['1']).toMatchObject({
    state: 'copied',
    approvals: [],
    rule: { name: 'trusted', decision: 'auto' },
  });
  expect(textOf(await cardOf(stage, again.id, 'in ECR'))).toContain('Let in by rule trusted');
  expect((await itemOf(stage, again.id)).schedule?.looked).toMatchObject({ changed: 1 });
});

test('three weeks without a run: an alarm once, and one run for all that was missed', async () => {
  await weeks.advance(21 * DAY_MS);
  const alarm = await seen(stage.slack, async () =>
    (await cards(stage.slack)).find((card) => textOf(card).includes('No run has looked at everything since')),
  );
  expect(textOf(alarm)).toContain('Whoever runs the mirror looks at');
  const run = await weeks.monday();
  const row = await weeks.row();
  expect(row.run?.id).toBe(run.id);
  expect(row.lastSlot).toBe(run.schedule?.slot);
  const alarms = (await cards(stage.slack)).filter((card) => textOf(card).includes('No run has looked'));
  expect(alarms).toHaveLength(1);
});
