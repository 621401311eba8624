import { DeleteRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/stand-ins.ts';
import { approve, ask, cardOf, itemOf, settled, type Stage, startStage, threadOf } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

test('a repository that is deleted in the middle of a copy is made anew, and the copy goes on by itself', async () => {
  const name = 'base-images/gone';
  const comes = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  stage.local.ecr.faults.registry.add({
    kind: 'wait',
    release: release.promise,
    match: ({ method, url = '' }) => {
      const mine = method === 'PUT' && url.startsWith(`/v2/${name}/manifests/`);
      if (mine) comes.resolve();
      return mine;
    },
  });
  const id = await ask(stage, `/mirror nginx:1.21-alpine ${name}`);
  await approve(stage, id);
  await comes.promise;
  const ecr = new ECRClient({
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    endpoint: stage.local.ecr.apiUrl,
  });
  await ecr.send(new DeleteRepositoryCommand({ repositoryName: name, force: true }));
  ecr.destroy();
  release.resolve();

  await cardOf(stage, id, 'Next try');
  // Nobody waits for the pause here: the item is what the tick reads.
  const item = await itemOf(stage, id);
  const image = item.images['1'];
  if (!image) throw new Error('no image');
  expect(image).toMatchObject({ state: 'queued', failure: { code: 'ecrRefused' } });
  const now = {
    ...item,
    images: { '1': { ...image, notBefore: 0 } },
    dueAt: Date.now(),
    version: item.version + 1,
  };
  expect(await stage.requests.write(item, now)).toBe(true);
  await threadOf(stage, id, 'docker pull');
  const done = (await settled(stage, id)).images['1'];
  expect(done?.state).toBe('copied');
  expect(stage.local.ecr.admin.tags(name).get('1.21-alpine')).toBe(done?.targetDigest);
});
