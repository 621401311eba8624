import { parseArgs } from 'node:util';
import { check } from './check.ts';
import { tell } from './world.ts';

/** npm run simulate -- --schedules 1000 --seed 1: prints what was broken, by seed, and the figures. */
const { values } = parseArgs({
  options: { schedules: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const from = Number(values.seed);
const schedules = Number(values.schedules);
const began = Date.now();
let bad = 0;
const figures = { points: 0, crashes: 0, posts: 0, edits: 0, tags: 0 };
for (let seed = from; seed < from + schedules; seed += 1) {
  const story = await tell(seed);
  figures.points += story.world.points;
  figures.crashes += story.world.crashes;
  figures.posts += story.slack.posts;
  figures.edits += story.slack.edits;
  figures.tags += story.ecr.ledger.length;
  const broken = check(story);
  if (broken.length === 0) continue;
  bad += 1;
  console.log(`seed ${seed}\n  ${broken.slice(0, 6).join('\n  ')}`);
}
console.log(JSON.stringify({ schedules, bad, seconds: Math.round((Date.now() - began) / 1000), ...figures }));
process.exitCode = bad > 0 ? 1 : 0;
