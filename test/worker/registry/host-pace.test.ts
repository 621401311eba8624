import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Clock } from '../../../worker/registry/clock.ts';
import { type ErrorPlace, RegistryError, type RegistryErrorCode } from '../../../worker/registry/errors.ts';
import { openHostPace, type Pace } from '../../../worker/registry/host-pace.ts';
import { retrying } from '../../../worker/registry/retry.ts';

const place: ErrorPlace = { host: 'registry.test', operation: 'get blob', repository: 'a/b' };
const refused = (code: RegistryErrorCode, retryAt?: number): RegistryError =>
  new RegistryError({
    ...place,
    code,
    detail: 'no',
    retryable: true,
    ...(retryAt !== undefined && { retryAt }),
  });

/** Time that stands still while anybody works, and then goes to whoever sleeps shortest. */
function crowdClock() {
  let time = 0;
  let seed = 1;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    now: () => time,
    random: () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    },
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: time + ms, wake });
      }),
  };
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let done = false;
    const finished = work.finally(() => {
      done = true;
    });
    finished.catch(() => {});
    while (!done) {
      await setImmediate();
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      if (!next) continue;
      time = Math.max(time, next.at);
      next.wake();
    }
    return finished;
  };
  return { clock, run };
}

/** A host that allows one request a second, and says no to all others. */
function onePerSecond(clock: Clock) {
  let free = 0;
  const seen: boolean[] = [];
  return {
    seen,
    ask: async (pace: Pace): Promise<void> => {
      const turn = await pace.turn(place);
      const allowed = clock.now() >= free;
      seen.push(allowed);
      if (!allowed) {
        const error = refused('rate limited');
        turn.failed(error);
        throw error;
      }
      free = clock.now() + 1_000;
      turn.succeeded();
    },
  };
}

describe('eight downloads at once from a host that allows one request a second', () => {
  test('all come through, with few refusals', async () => {
    const { clock, run } = crowdClock();
    const pace = openHostPace(clock).door();
    const host = onePerSecond(clock);
    const works = Array.from({ length: 8 }, () => retrying(clock, () => host.ask(pace)));
    await run(Promise.all(works));
    expect(host.seen.filter((allowed) => !allowed).length).toBeLessThanOrEqual(16);
    expect(clock.now()).toBeLessThan(30_000);
  });

  test('without a common pace some would give up', async () => {
    const { clock, run } = crowdClock();
    const host = onePerSecond(clock);
    const works = Array.from({ length: 8 }, () =>
      retrying(clock, () => host.ask(openHostPace(clock).door())),
    );
    const ends = await run(Promise.allSettled(works));
    expect(ends.some(({ status }) => status === 'rejected')).toBe(true);
  });
});

describe('the pace of a host', () => {
  test('is free while it is well: nobody waits', async () => {
    const { clock } = crowdClock();
    const pace = openHostPace(clock).door();
    for (let n = 0; n < 100; n += 1) (await pace.turn(place)).succeeded();
    expect(clock.now()).toBe(0);
  });

  test('what fails at the same time counts once', async () => {
    const { clock, run } = crowdClock();
    const pace = openHostPace(clock).door();
    const turns = await Promise.all(Array.from({ length: 16 }, () => pace.turn(place)));
    for (const turn of turns) turn.failed(refused('server'));
    await run(pace.turn(place));
    expect(clock.now()).toBeLessThanOrEqual(500);
  });

  test('an overloaded host is left alone, and then asked by all at once', async () => {
    const { clock, run } = crowdClock();
    const pace = openHostPace(clock).door();
    (await pace.turn(place)).failed(refused('server', 3_000));
    const at = await run(Promise.all([1, 2, 3].map(() => pace.turn(place).then(() => clock.now()))));
    expect(at).toEqual([3_000, 3_000, 3_000]);
  });

  test('a limited host is asked one by one until three in a row were answered', async () => {
    const { clock, run } = crowdClock();
    const pace = openHostPace(clock).door();
    (await pace.turn(place)).failed(refused('rate limited', 1_000));
    const at: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const turn = await run(pace.turn(place));
      at.push(clock.now());
      turn.succeeded();
    }
    expect(at).toEqual([1_000, 1_250, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500]);
  });

  test('other refusals are answers: nothing slows down', async () => {
    const { clock, run } = crowdClock();
    const pace = openHostPace(clock).door();
    for (const code of ['not found', 'denied', 'timeout', 'digest mismatch'] as const) {
      (await pace.turn(place)).failed(refused(code));
    }
    await run(pace.turn(place));
    expect(clock.now()).toBe(0);
  });

  test("one account's long limit is not the other's, and a short pause is everybody's", async () => {
    const { clock, run } = crowdClock();
    const host = openHostPace(clock);
    const [ann, nobody] = [host.door(), host.door()];
    (await nobody.turn(place)).failed(refused('rate limited', 3_600_000));
    await expect(nobody.turn(place)).rejects.toMatchObject({ code: 'rate limited', retryAt: 3_600_000 });
    await run(ann.turn(place));
    expect(clock.now()).toBeGreaterThan(0);
    expect(clock.now()).toBeLessThanOrEqual(500);
  });
});
