import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LOCAL_ACCESS_KEY_ID } from '../../local/ecr/start.ts';
import { textOf } from './person.ts';
import { approve, ask, settled, type Stage, startStage, threadOf, told } from './stage.ts';

let stage: Stage;
let ecr: ECRClient;
beforeAll(async () => {
  stage = await startStage({ ecr: {} });
  ecr = new ECRClient({
    endpoint: stage.local.ecr.apiUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'any' },
  });
});
afterAll(async () => {
  ecr.destroy();
  await stage.close();
});

describe('a repository that was there', () => {
  test('with other settings is told of with each of them, and stays as it is; without a scan nobody waits for one', async () => {
    const repositoryName = 'base-images/mutable';
    await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'MUTABLE' }));
    const id = await ask(stage, `/mirror redis:6.2 ${repositoryName}`);
    await approve(stage, id);
    const { replies } = await threadOf(stage, id, 'No scan findings');
    const said = replies.map(textOf).join('\n');
    expect(said).toContain('`base-images/mutable` was there with other settings; nothing of it was changed:');
    expect(said).toContain('tag mutability: `MUTABLE`, configured is `IMMUTABLE_WITH_EXCLUSION`');
    expect(said).toContain('scan on push: `false`, configured is `true`');
    expect(said).toContain('nothing scans this repository (scan on push is off');
    const { repositories } = await ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
    );
    expect(repositories?.[0]?.imageTagMutability).toBe('MUTABLE');
    expect((await settled(stage, id)).images['1']?.state).toBe('copied');
  });

  test('below a prefix that ECR fills itself is refused before a byte moves, with a way out', async () => {
    await ecr.send(
      new CreatePullThroughCacheRuleCommand({
        ecrRepositoryPrefix: 'base-images/hub',
        upstreamRegistryUrl: 'public.ecr.aws',
      }),
    );
    const id = await ask(stage, '/mirror redis:6.2 base-images/hub/redis');
    const said = await told(stage, 'base-images/hub');
    expect(said).toContain('cannot be stored in ECR');
    expect((await settled(stage, id)).images['1']?.failure?.code).toBe('sourceUnsupported');
  });
});
