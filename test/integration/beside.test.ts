import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Apart, type Product, startApart } from './apart.ts';
import { onlyImage } from './kill-steps.ts';
import { approve, ask, eventually, settled } from './stage.ts';
import { expectStory, PATIENCE_MS, writesAbout } from './stories.ts';

let stage: Apart;
/** Each story begins with the process that the one before left over, and leaves another one. */
let running: Product;
beforeAll(async () => {
  stage = await startApart();
  running = await stage.start();
});
afterAll(() => stage.close());

/** A request whose copy is kept in the middle of a blob, in the process that runs. */
async function inTheMiddle(name: string): Promise<{ readonly id: string; readonly letGo: () => void }> {
  const comes = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const id = await ask(stage, `/mirror nginx:1.21-alpine base-images/${name}`);
  stage.standIns.ecr.faults.registry.add({
    kind: 'wait',
    release: release.promise,
    match: ({ method = '', url = '' }) => {
      const mine =
        ['PUT', 'PATCH'].includes(method) && url.startsWith(`/v2/base-images/${name}/blobs/uploads/`);
      if (mine) comes.resolve();
      return mine;
    },
  });
  await approve(stage, id);
  await comes.promise;
  return { id, letGo: () => release.resolve() };
}

describe('two processes on one table and its queues', () => {
  test(
    'one that stands still for longer than its lease is taken over, and its late word changes nothing',
    async () => {
      const first = running;
      const { id, letGo } = await inTheMiddle('still');
      first.kill('SIGSTOP');
      running = await stage.start();
      await expectStory(stage, id);
      const before = await settled(stage, id);
      expect(onlyImage(before)).toMatchObject({ state: 'copied', attempt: 2 });

      const said = writesAbout(first, id);
      first.kill('SIGCONT');
      letGo();
      await eventually(() => (writesAbout(first, id) > said ? true : undefined));
      first.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      expect(await stage.requests.get(id)).toEqual(before);
      await expectStory(stage, id);
    },
    PATIENCE_MS,
  );

  test(
    'SIGTERM in the middle of a copy gives it back: the other one goes on, and no try is counted',
    async () => {
      const first = running;
      const { id, letGo } = await inTheMiddle('deployed');
      running = await stage.start();
      first.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      letGo();
      await expectStory(stage, id);
      expect(onlyImage(await settled(stage, id))).toMatchObject({ state: 'copied', attempt: 1 });
    },
    PATIENCE_MS,
  );

  test(
    'an error that nobody caught ends the process with 1, and what it had is given back',
    async () => {
      const first = running;
      const { id, letGo } = await inTheMiddle('accident');
      running = await stage.start();
      first.kill('SIGUSR2');
      expect(await first.ended).toBe(1);
      letGo();
      expect(first.log.join('\n')).toContain('an error that nobody caught');
      await expectStory(stage, id);
      expect(onlyImage(await settled(stage, id))).toMatchObject({ state: 'copied', attempt: 1 });
    },
    PATIENCE_MS,
  );
});
