import { expect, test } from '@jest/globals';
import { check } from './check.ts';
import { tell } from './world.ts';

/** More of them: npm run simulate -- --schedules N --seed S */
const SCHEDULES = 2_000;

test(`${SCHEDULES} seeded stories full of crashes, lost answers and late posts break no promise`, async () => {
  const broken: string[] = [];
  let points = 0;
  for (let seed = 1; seed <= SCHEDULES; seed += 1) {
    const story = await tell(seed);
    points += story.world.points;
    for (const sentence of check(story)) broken.push(`seed ${seed}: ${sentence}`);
  }
  expect(broken).toEqual([]);
  expect(points).toBeGreaterThan(SCHEDULES * 200);
}, 600_000);
