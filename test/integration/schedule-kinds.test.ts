import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { smallImages, smallIndex } from '../local/upstream/small-images.ts';
import { textOf } from './person.ts';
import { approve, ask, cardOf, settled, type Stage, startStage } from './stage.ts';
import { openWeeks, runOf, WEEKLY, type Weeks } from './weekly.ts';

/** What a schedule can look at beside what is tracked, and rules that let in patches only. */
let stage: Stage;
let weeks: Weeks;
beforeAll(async () => {
  const app = (tag: string) => ({ ...smallIndex(tag), repository: 'library/app', tags: [tag] });
  stage = await startStage({
    hub: { images: [...smallImages, ...['1.0.0', '1.0.1', '1.1.0'].map(app)] },
    configure: (config) => ({
      ...config,
      rules: [
        {
          name: 'patches',
          match: { target: 'base-images/app' },
          decision: 'auto',
          minAgeDays: 0,
          versions: 'patch',
        },
        ...(config.rules ?? []),
      ],
      schedules: [
        { name: 'weekly', ...WEEKLY, images: ['redis:6.2 base-images/listed'] },
        {
          name: 'newest',
          ...WEEKLY,
          tags: [{ source: 'nginx', target: 'base-images/chosen', variant: '-alpine', newest: 2 }],
        },
      ],
    }),
  });
  weeks = await openWeeks(stage);
}, 120_000);
afterAll(async () => {
  weeks.close();
  await stage.close();
});

test('a list and the newest tags of a repository are asked for in one run each', async () => {
  const listed = await weeks.monday();
  const slot = listed.schedule?.slot ?? 0;
  expect(listed.schedule?.looked).toMatchObject({ images: 1, changed: 1 });
  expect(textOf(await cardOf(stage, listed.id, 'waiting for'))).toContain('base-images/listed');
  const chosen = await runOf(stage, weeks.store, { name: 'newest', slot });
  expect(chosen.schedule?.looked).toMatchObject({ images: 2, changed: 2 });
  const targets = Object.values(chosen.entries).map(({ target }) => `${target.repository}:${target.tag}`);
  // In the order of their targets; the third, 1.21-alpine, is not among the newest two.
  expect(targets).toEqual(['base-images/chosen:1.22-alpine', 'base-images/chosen:1.23-alpine']);
});

test('a rule for patches lets in the patch of what people let in, and asks them for anything else', async () => {
  const first = await ask(stage, '/mirror app:1.0.0 base-images/app');
  expect(textOf(await cardOf(stage, first, 'waiting for'))).toContain(
    'only patch versions of what stands in the repository; this is none',
  );
  await approve(stage, first);
  await settled(stage, first);
  const patch = await ask(stage, '/mirror app:1.0.1 base-images/app');
  expect((await settled(stage, patch)).images['1']).toMatchObject({ state: 'copied', approvals: [] });
  const minor = await ask(stage, '/mirror app:1.1.0 base-images/app');
  expect(textOf(await cardOf(stage, minor, 'waiting for'))).toContain(
    'only patch versions of what stands in the repository; this is none',
  );
});
