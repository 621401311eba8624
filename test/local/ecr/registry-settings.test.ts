import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCreationTemplateCommand,
  DeleteRepositoryCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  InitiateLayerUploadCommand,
  ListImageReferrersCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { sampleImage } from './sample-image.ts';

let ecr: EcrStandIn;
let pusher: Pusher;

beforeEach(async () => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION });
  pusher = await createPusher(ecr);
});
afterEach(() => ecr.close());

const image = sampleImage('settings');
const names = async () => {
  const { repositories = [] } = await pusher.sdk.send(new DescribeRepositoriesCommand({}));
  return repositories.map((each) => [each.repositoryName, each.imageTagMutability]);
};

describe('a creation template', () => {
  const template = (prefix: string, more: object = {}) =>
    pusher.sdk.send(
      new CreateRepositoryCreationTemplateCommand({ prefix, appliedFor: ['CREATE_ON_PUSH'], ...more }),
    );

  test('lets a push create its repository, with the settings of the longest prefix', async () => {
    await template('ROOT');
    await template('team', { imageTagMutability: 'IMMUTABLE' });
    await template('team/deep', { appliedFor: ['PULL_THROUGH_CACHE'], imageTagMutability: 'MUTABLE' });
    expect((await pusher.pushImage('team/deep/app', 'v1', image)).status).toBe(201);
    expect((await pusher.pushImage('teamwork/app', 'v1', image)).status).toBe(201);
    expect(await names()).toEqual([
      ['team/deep/app', 'IMMUTABLE'],
      ['teamwork/app', 'MUTABLE'],
    ]);
    const { repositoryCreationTemplates = [] } = await pusher.sdk.send(
      new DescribeRepositoryCreationTemplatesCommand({ prefixes: ['team'] }),
    );
    expect(repositoryCreationTemplates).toMatchObject([{ prefix: 'team', imageTagMutability: 'IMMUTABLE' }]);
    await expect(template('team')).rejects.toMatchObject({ name: 'TemplateAlreadyExistsException' });
  });

  test('for another purpose creates nothing', async () => {
    await template('team', { appliedFor: ['REPLICATION'] });
    expect((await pusher.send('POST', '/v2/team/app/blobs/uploads/')).status).toBe(404);
  });

  test('leaves an empty repository behind where the push itself is not allowed', async () => {
    await template('team');
    ecr.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:InitiateLayerUpload' });
    expect((await pusher.send('POST', '/v2/team/app/blobs/uploads/')).status).toBe(403);
    expect(await names()).toEqual([['team/app', 'MUTABLE']]);
  });
});

describe('a pull through cache rule', () => {
  const rule = (ecrRepositoryPrefix: string) =>
    pusher.sdk.send(
      new CreatePullThroughCacheRuleCommand({
        ecrRepositoryPrefix,
        upstreamRegistryUrl: 'registry-1.docker.io',
      }),
    );

  test('is listed, by prefix too, once', async () => {
    await rule('docker-hub');
    await rule('ROOT');
    const list = (input: object) => pusher.sdk.send(new DescribePullThroughCacheRulesCommand(input));
    const { pullThroughCacheRules = [] } = await list({});
    expect(pullThroughCacheRules.map((each) => each.ecrRepositoryPrefix)).toEqual(['docker-hub', 'ROOT']);
    expect(pullThroughCacheRules[0]).toMatchObject({ registryId: ACCOUNT, upstreamRegistry: 'docker-hub' });
    const first = await list({ maxResults: 1 });
    expect((await list({ nextToken: first.nextToken })).pullThroughCacheRules).toHaveLength(1);
    expect((await list({ ecrRepositoryPrefixes: ['ROOT'] })).pullThroughCacheRules).toHaveLength(1);
    await expect(list({ ecrRepositoryPrefixes: ['none'] })).rejects.toMatchObject({
      name: 'PullThroughCacheRuleNotFoundException',
    });
    await expect(rule('ROOT')).rejects.toMatchObject({ name: 'PullThroughCacheRuleAlreadyExistsException' });
  });

  test('takes the repositories under its prefix from pushes, on both planes', async () => {
    for (const name of ['docker-hub/nginx', 'docker-hubs/nginx']) await pusher.createRepository(name);
    await rule('docker-hub');
    const filled = await pusher.pushImage('docker-hub/nginx', 'v1', image);
    expect([filled.status, filled.error]).toEqual([403, expect.stringContaining('pull through cache rule')]);
    const initiate = new InitiateLayerUploadCommand({ repositoryName: 'docker-hub/nginx' });
    await expect(pusher.sdk.send(initiate)).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await pusher.pushImage('docker-hubs/nginx', 'v1', image)).status).toBe(201);
  });
});

test('a repository with images is deleted only by force', async () => {
  await pusher.createRepository('team/app');
  await pusher.pushImage('team/app', 'v1', image);
  const remove = (force: boolean) =>
    pusher.sdk.send(new DeleteRepositoryCommand({ repositoryName: 'team/app', force }));
  await expect(remove(false)).rejects.toMatchObject({ name: 'RepositoryNotEmptyException' });
  await remove(true);
  expect(await names()).toEqual([]);
});

test('the control plane lists referrers too, at most 50 a page', async () => {
  await pusher.createRepository('team/app');
  const list = (maxResults?: number) =>
    pusher.sdk.send(
      new ListImageReferrersCommand({
        repositoryName: 'team/app',
        subjectId: { imageDigest: image.manifest.digest },
        maxResults,
      }),
    );
  expect((await list()).referrers).toEqual([]);
  await expect(list(51)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});
