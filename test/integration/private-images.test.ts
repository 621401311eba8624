import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SAMPLE_ACCOUNT } from '../../local/upstream/samples.ts';
import { environmentSecrets } from '../../worker/registry/secrets.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import { theCard, theThread, theWhisper } from './person.ts';
import { approve, ask, type Stage, startStage } from './stage.ts';

const PRIVATE = smallImages.find(({ owner }) => owner === SAMPLE_ACCOUNT.user);

describe('a private image of Docker Hub', () => {
  let stage: Stage;
  beforeAll(async () => {
    const { user, secret } = SAMPLE_ACCOUNT;
    stage = await startStage({
      accounts: { secrets: environmentSecrets({ HUB: `${user}:${secret}` }) },
      configure: (config) => ({
        ...config,
        registries: {
          ...config.registries,
          'docker.io': { ...config.registries?.['docker.io'], credentials: 'HUB' },
        },
        rules: [
          { name: 'acme', match: { target: 'base-images/acme/*' }, credentials: ['docker.io'] },
          { name: 'rest', match: { target: 'base-images/*' } },
        ],
      }),
    });
  });
  afterAll(() => stage.close());

  test('is copied where its rule names the credentials, and is not there for any other rule', async () => {
    const { alice, hub, local, slack } = stage;
    const { repository = '', tags: [tag = ''] = [] } = PRIVATE ?? {};
    await alice.command(`/mirror ${repository}:${tag} base-images/other`);
    await theWhisper(slack, alice, 'is private on Docker Hub');
    expect(hub.calls.filter(({ user }) => user === SAMPLE_ACCOUNT.user)).toEqual([]);

    await approve(stage, await ask(stage, `/mirror ${repository}:${tag} base-images/acme/private`));
    await theThread(slack, 'Scan');
    expect(local.ecr.admin.tags('base-images/acme/private').get(tag)).toBe(hub.digestOf(repository, tag));

    // A public image of the other rule costs the account nothing.
    const before = hub.calls.length;
    await alice.command('/mirror nginx:1.21-alpine base-images/nginx');
    await theCard(slack, 'nginx');
    expect(hub.calls.slice(before).map(({ user }) => user)).not.toContain(SAMPLE_ACCOUNT.user);
  });
});
