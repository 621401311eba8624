import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { textOf } from './person.ts';
import { ask, cardOf, itemOf, settled, type Stage, startStage, threadOf, told } from './stage.ts';

/** How much may be asked for: of a registry by all, and of the mirror by one person. */
let stage: Stage;
beforeAll(async () => {
  stage = await startStage({
    timing: { tellDelayMs: 1_000 },
    configure: (config) => ({ ...config, limits: { ...config.limits, pullReserve: 10, resolvesPerHour: 3 } }),
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
    const card = await cardOf(stage, id, 'waiting for');
    const before = manifestsRead();
    stage.hub.setPullsLeft(2);
    await stage.bob.click(card, 'approve');
    await threadOf(stage, id, 'In ECR');
    expect(manifestsRead()).toBe(before);
    stage.hub.setPullsLeft(100);
  });
});

describe('one person has so many images looked up in an hour', () => {
  test('the next one is refused before a registry is asked, with the time and the command', async () => {
    const third = await ask(stage, '/mirror redis:6.2 base-images/third');
    await cardOf(stage, third, 'waiting for');
    const before = stage.hub.calls.length;
    const id = await ask(stage, '/mirror redis:6.2 base-images/fourth');
    const line = await told(stage, 'was not looked up');
    expect(line).toMatch(
      /redis:6\.2 was not looked up: you have asked for enough since \d\d:00 UTC\. One person can have 3 images looked up in an hour\./,
    );
    expect(line).toMatch(/Ask again after \d\d:00 UTC/);
    expect(line).toContain('/mirror redis:6.2 base-images/fourth');
    expect((await settled(stage, id)).images['1']?.failure?.code).toBe('lookupsUsedUp');
    expect(stage.hub.calls.slice(before).map(({ path }) => path)).toEqual([]);
  });

  test('nobody else is held back by it', async () => {
    await stage.carol.command('/mirror redis:6.2 base-images/carols');
    const card = await cardOf(stage, 'base-images/carols', 'waiting for');
    expect(textOf(card)).toContain('redis:6.2');
  });
});
