import { parseArgs } from 'node:util';
import { check } from './check.ts';
import { DIRECTED } from './directed.ts';
import { tell } from './world.ts';

/**
 * npm run simulate -- --schedules 1000 --seed 1 [--directed WORDS] [--story]: prints what was broken with the story of
 * its seed, and the figures. `--directed` takes the stories whose name has these words; `--story` prints every story.
 */
const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    directed: { type: 'string' },
    story: { type: 'boolean', default: false },
  },
});
const from = Number(values.seed);
const schedules = Number(values.schedules);
const { directed: words } = values;
const kinds = words === undefined ? [undefined] : DIRECTED.filter(({ name }) => name.includes(words));
if (kinds.length === 0) {
  console.error(
    `no directed story is about "${words}"; there are:\n${DIRECTED.map(({ name }) => name).join('\n')}`,
  );
  process.exit(2);
}
const began = Date.now();
let bad = 0;
const figures = { points: 0, crashes: 0, posts: 0, edits: 0, tags: 0, met: 0 };
for (const directed of kinds) {
  for (let seed = from; seed < from + schedules; seed += 1) {
    const telling = directed ? { directed } : {};
    const story = await tell(seed, telling);
    figures.points += story.world.points;
    figures.crashes += story.world.crashes;
    figures.posts += story.slack.posts;
    figures.edits += story.slack.edits;
    figures.tags += story.ecr.ledger.length;
    figures.met += story.met;
    const broken = check(story);
    if (broken.length > 0) {
      bad += 1;
      console.log(
        `seed ${seed}${directed ? `, ${directed.name}` : ''}\n  ${broken.slice(0, 6).join('\n  ')}`,
      );
    }
    // The first one that breaks something is told; the others can be asked for by their seed.
    if (values.story || (broken.length > 0 && bad === 1)) await printStory(seed, { telling, broken });
  }
}
console.log(JSON.stringify({ schedules, bad, seconds: Math.round((Date.now() - began) / 1000), ...figures }));
process.exitCode = bad > 0 ? 1 : 0;

interface Printed {
  readonly telling: Parameters<typeof tell>[1];
  readonly broken: readonly string[];
}

/** The same seed once more, aloud: what is about the broken requests, or about no request. */
async function printStory(seed: number, { telling, broken }: Printed): Promise<void> {
  const about = new Set(broken.flatMap((sentence) => /M-\d+/.exec(sentence)?.[0] ?? []));
  await tell(seed, {
    ...telling,
    hear: (line) => {
      const ids = line.match(/M-\d+/g) ?? [];
      if (about.size === 0 || ids.length === 0 || ids.some((id) => about.has(id))) console.log(`  ${line}`);
    },
  });
  const aimed = telling?.directed ? ` --directed '${telling.directed.name}'` : '';
  console.log(`  again: npm run simulate -- --schedules 1 --seed ${seed}${aimed} --story`);
}
