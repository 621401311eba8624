import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { textOf } from './person.ts';
import {
  approve,
  ask,
  cardOf,
  eventually,
  itemOf,
  settled,
  type Stage,
  startStage,
  threadOf,
  told,
} from './stage.ts';

/** How much may be asked for: of a registry by all, and of the mirror by one person. */
const MAX = 5;
let stage: Stage;
beforeAll(async () => {
  stage = await startStage({
    timing: { tellDelayMs: 1_000 },
    configure: (config) => ({
      ...config,
      limits: { ...config.limits, pullReserve: 10, resolvesPerHour: MAX },
    }),
  });
});
afterAll(() => stage.close());

const manifestsRead = (): number =>
  stage.hub.calls.filter(({ kind, status }) => kind === 'manifest get' && status === 200).length;

describe('68: with no more pulls left than the reserve', () => {
  test('a look-up waits, spends none of them, and the requester reads why and until when', async () => {
    stage.hub.setPullsLeft(8);
    const before = manifestsRead();
    const id = await ask(stage, '/mirror redis:6.2 base-images/reserved');
    const line = await told(stage, 'kept in reserve');
    expect(line).toContain('Docker Hub has 8 of 100 pulls left for us, and 10 are kept in reserve.');
    expect(line).toMatch(/looked up again by itself, <!date\^\d+/);
    expect(manifestsRead()).toBe(before);
    expect((await itemOf(stage, id)).state).toBe('resolving');
  });

  test('what was looked up before is copied all the same: its manifests are kept', async () => {
    stage.hub.setPullsLeft(100);
    const id = await ask(stage, '/mirror nginx:1.22-alpine base-images/kept');
    await cardOf(stage, id, 'waiting for');
    const before = manifestsRead();
    stage.hub.setPullsLeft(2);
    await approve(stage, id);
    await threadOf(stage, id, 'In ECR');
    expect(manifestsRead()).toBe(before);
    stage.hub.setPullsLeft(100);
  });
});

describe('one person has so many images looked up in an hour', () => {
  /** Asks until it is enough; where an hour ends meanwhile, the count begins anew. */
  async function askedEnough() {
    for (let n = 1; n <= 2 * MAX; n += 1) {
      const before = stage.hub.calls.length;
      const id = await ask(stage, `/mirror nginx:1.22-alpine base-images/more-${n}`);
      const state = await eventually(async () => {
        const item = await itemOf(stage, id);
        return item.state === 'resolving' ? undefined : item.state;
      });
      if (state === 'refused') return { id, n, calls: stage.hub.calls.slice(before) };
    }
    throw new Error('it was never enough');
  }

  test('the next one is refused before a registry is asked, with the time and the command', async () => {
    const { id, n, calls } = await askedEnough();
    const line = await told(stage, 'was not looked up');
    expect(line).toMatch(
      /nginx:1\.22-alpine was not looked up: you have asked for enough since \d\d:00 UTC\. One person can have 5 images looked up in an hour\./,
    );
    expect(line).toMatch(/Ask again after \d\d:00 UTC/);
    expect(line).toContain(`/mirror nginx:1.22-alpine base-images/more-${n}`);
    expect((await settled(stage, id)).images['1']?.failure?.code).toBe('lookupsUsedUp');
    expect(calls).toEqual([]);
  });

  test('nobody else is held back by it', async () => {
    await stage.carol.command('/mirror nginx:1.22-alpine base-images/carols');
    const card = await cardOf(stage, 'base-images/carols', 'waiting for');
    expect(textOf(card)).toContain('nginx:1.22-alpine');
  });
});

describe('66: a registry that asks to be left alone for a day', () => {
  test('is left alone: the look-up is put off until then, nobody sleeps, and the requester reads until when', async () => {
    stage.hub.faults.registry.add({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '86400' },
      body: 'You have reached your pull rate limit.',
      match: ({ url }) => url?.includes('/library/redis/manifests/') ?? false,
    });
    const carols = { ...stage, alice: stage.carol };
    const askedAt = Date.now();
    const id = await ask(carols, '/mirror redis:6.2 base-images/tomorrow');
    const line = await told(carols, "Docker Hub's pull limit is used up");
    const at = Number(/<!date\^(\d+)/.exec(line)?.[1]) * 1_000;
    expect(at).toBeGreaterThan(askedAt + 86_000_000);
    expect(at).toBeLessThan(Date.now() + 86_800_000);
    const { state, work } = await itemOf(stage, id);
    expect([state, work['resolve']?.owner]).toEqual(['resolving', '']);
  });
});
