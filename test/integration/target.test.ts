import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approve, ask, cardOf, dialog, settled, type Stage, startStage, told } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

test('the same image for the same target is one request: the second one joins the first and is told which it is', async () => {
  const first = await ask(stage, '/mirror redis:6.2 base-images/twice:v1');
  await cardOf(stage, first, 'waiting for');
  const second = await ask(stage, '/mirror redis:6.2 base-images/twice:v1');
  expect(await told(stage, 'you have joined it')).toContain(first);
  expect((await settled(stage, second)).images['1']).toMatchObject({ state: 'refused' });
});

test('another image for a target that is being asked for is refused with the request that has it', async () => {
  const first = await ask(stage, '/mirror redis:6.2 base-images/busy:v1');
  await cardOf(stage, first, 'waiting for');
  const second = await ask(stage, '/mirror nginx:1.21-alpine base-images/busy:v1');
  expect(await told(stage, 'with another digest')).toContain(first);
  expect((await settled(stage, second)).images['1']?.failure?.code).toBe('targetBusy');
});

test('a target whose request was denied can be asked for again', async () => {
  const first = await ask(stage, '/mirror redis:6.2 base-images/again:v1');
  const view = await dialog(stage, stage.bob, await cardOf(stage, first, 'waiting for'), 'deny');
  await stage.bob.submit(view.id, { reason: 'not this one' });
  await settled(stage, first);
  const second = await ask(stage, '/mirror nginx:1.21-alpine base-images/again:v1');
  await approve(stage, second);
  expect((await settled(stage, second)).images['1']?.state).toBe('copied');
});
