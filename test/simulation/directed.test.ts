import { expect, test } from '@jest/globals';
import { check } from './check.ts';
import { DIRECTED } from './directed.ts';
import { tell } from './world.ts';

/** More of them: npm run simulate -- --directed NAME --schedules N */
const SCHEDULES = 5;

test.each(DIRECTED.map((directed) => [directed.name, directed] as const))(
  'a story with %s breaks no promise',
  async (_name, directed) => {
    const broken: string[] = [];
    let met = 0;
    for (let seed = 1; seed <= SCHEDULES; seed += 1) {
      const story = await tell(seed, { directed });
      met += story.met;
      for (const sentence of check(story)) broken.push(`seed ${seed}: ${sentence}`);
    }
    expect(broken).toEqual([]);
    expect(met).toBeGreaterThan(SCHEDULES / 2);
  },
  60_000,
);

test('the same seed tells the same story, line for line', async () => {
  const lines = async (seed: number): Promise<readonly string[]> => {
    const heard: string[] = [];
    await tell(seed, { hear: (line) => heard.push(line) });
    return heard;
  };
  const first = await lines(7);
  expect(first.length).toBeGreaterThan(100);
  expect(await lines(7)).toEqual(first);
});
