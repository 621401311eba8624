import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerDoorbell } from '../../../worker/jobs/answer.ts';
import { answerDeadLetter } from '../../../worker/jobs/dead-letter.ts';
import { type DeadWorld, openDeadWorld, TRIES } from './dead-world.ts';

let world: DeadWorld;
beforeAll(async () => {
  world = await openDeadWorld();
});
afterAll(() => world.close());

const never = new AbortController().signal;
const dead = (id: string, { deps } = world): Promise<void> => answerDeadLetter(deps, id, never);
const rings = (id: string): Promise<void> => answerDoorbell(world.deps, id, never);

describe('a job that kills its worker each time', () => {
  test('ends as failed, in words, with a Retry button, by whichever doorbell comes next', async () => {
    const { id } = await world.approved();
    await world.dies(id, TRIES);
    await rings(id);
    const image = await world.image(id);
    expect(image).toMatchObject({ state: 'failed', failure: { code: 'workerDied', retry: true } });
    expect(image.failure?.summary).toBe(
      'app1:1.0 was not copied: the worker stopped in the middle of it 3 times, without a word why.',
    );
    expect((await world.item(id)).state).toBe('finished');
    expect(world.ecr.admin.tags('base-images/app1').size).toBe(0);
  });

  test('is not ended while a try is left', async () => {
    const { id } = await world.approved();
    await world.dies(id, TRIES - 1);
    await dead(id);
    expect(await world.image(id)).toMatchObject({ state: 'queued', attempt: TRIES });
  });

  test('goes on after Retry with all its tries', async () => {
    const { id } = await world.approved();
    await world.dies(id, TRIES);
    await dead(id);
    await world.change(id, { kind: 'retry', by: 'U0OTTO' });
    expect(await world.image(id)).toMatchObject({ state: 'queued', attempt: 0 });
  });
});

describe('a dead doorbell', () => {
  test('counts one try of the image whose lease ran out, not of those that wait', async () => {
    const { id } = await world.approved(3);
    await world.dies(id, TRIES, '2');
    await dead(id);
    const { images } = await world.item(id);
    expect(Object.values(images).map(({ state, attempt }) => [state, attempt])).toEqual([
      ['queued', 0],
      ['failed', TRIES + 1],
      ['queued', 0],
    ]);
  });

  test('that was lost by a database that was away ends nothing, and says until when it waits', async () => {
    const { id } = await world.approved();
    await dead(id);
    const image = await world.image(id);
    expect(image).toMatchObject({ state: 'queued', attempt: 1, failure: { code: 'workerDied' } });
    expect(image.notBefore).toBeGreaterThan(world.deps.clock.now());
  });

  test('ends an image that dies before anybody claims it, after as many as it has tries', async () => {
    const { id } = await world.approved();
    for (let n = 0; n <= TRIES; n += 1) {
      await dead(id);
      world.pass(3_600_000);
    }
    expect(await world.image(id)).toMatchObject({ state: 'failed', failure: { code: 'workerDied' } });
  });

  test('harms nothing that is in somebody’s hands', async () => {
    const { id } = await world.approved();
    const before = await world.change(id, { kind: 'claim', image: '1', owner: 'alive' });
    await dead(id);
    expect(await world.item(id)).toEqual(before);
  });

  test('harms nothing that is finished, however often it is redriven', async () => {
    const { id } = await world.approved();
    const before = await world.change(id, { kind: 'cancel', by: 'U0OTTO' });
    for (let n = 0; n < 3; n += 1) await dead(id);
    expect(await world.item(id)).toEqual(before);
  });

  test('of a request that nobody knows is dropped', async () => {
    await dead('M-ZZZZ');
    expect(world.lines.at(-1)).toBe('info a dead doorbell had nothing left to do');
  });

  test('of a look-up counts as one of its tries, and the last one refuses the request', async () => {
    const { id } = await world.asked();
    await dead(id);
    expect((await world.item(id)).work['resolve']).toMatchObject({ owner: '', attempt: 1 });
    for (let n = 0; n < world.deps.config.limits.timing.resolveAttempts; n += 1) {
      world.pass(3_600_000);
      await dead(id);
    }
    const item = await world.item(id);
    expect(item.state).toBe('refused');
    expect(item.images['1']?.failure?.code).toBe('resolveGaveUp');
  });
});

test('an image whose tag was begun is not called failed before ECR was asked for the tag', async () => {
  const { id } = await world.approved();
  await world.dies(id, TRIES - 1);
  const fence = TRIES;
  await world.change(
    id,
    { kind: 'claim', image: '1', owner: 'last' },
    { kind: 'tagging', image: '1', owner: 'last', fence },
  );
  world.pass(world.deps.config.limits.timing.leaseMs + 1);
  const before = world.ecr.calls.length;
  await rings(id);
  expect(world.ecr.calls.slice(before).map(({ action }) => action)).toContain('ecr:DescribeImages');
  expect(await world.image(id)).toMatchObject({ state: 'failed', failure: { code: 'workerDied' } });
});

test('while mirroring is paused a dead doorbell counts nothing', async () => {
  const paused = await openDeadWorld({ paused: true });
  try {
    const { id } = await paused.approved();
    const before = await paused.item(id);
    await dead(id, paused);
    expect(await paused.item(id)).toEqual(before);
  } finally {
    await paused.close();
  }
});
