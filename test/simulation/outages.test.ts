import { describe, expect, test } from '@jest/globals';
import { check } from './check.ts';
import { type Chaos, PORTS, type Port } from './scheduler.ts';
import { tell } from './world.ts';

/** Nearly calm, so that the outage is what happens. */
const LITTLE: Chaos = { crash: 0.001, fail: 0.005, lost: 0.005, pause: 0 };
const HOUR_MS = 3_600_000;
/** While people ask and click. */
const FROM_MS = 12 * 60_000;
const SEEDS = [1, 2, 3];

const alone: readonly (readonly Port[])[] = PORTS.map((port) => [port]);
const pairs: readonly (readonly Port[])[] = PORTS.flatMap((port, n) =>
  PORTS.slice(n + 1).map((other) => [port, other]),
);

describe.each([...alone, ...pairs].map((ports) => [ports.join(' and '), ports] as const))(
  'an hour without %s',
  (_name, ports) => {
    test.each(SEEDS)(
      'loses nothing, says nothing twice, and all that was accepted ends (seed %i)',
      async (seed) => {
        const outages = ports.map((port) => ({ port, fromMs: FROM_MS, forMs: HOUR_MS }));
        const story = await tell(seed, { chaos: LITTLE, outages });
        expect(check(story)).toEqual([]);
        // It was felt, or there was nothing to do with it in that hour.
        const refused = ports.map((port) => story.world.refused.get(port) ?? 0);
        expect(Math.max(...refused)).toBeGreaterThan(0);
        // No storm: two workers with two places each, two notifiers and two ticks, each now and then.
        for (const count of refused) expect(count / 60).toBeLessThan(60);
      },
    );
  },
);
