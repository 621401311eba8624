import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  type CreateRepositoryCommandInput,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ListImagesCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { request } from 'undici';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { type EcrStandIn, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, type Pusher, REGION } from './push.ts';
import { sampleImage, sampleIndex } from './sample-image.ts';

let ecr: EcrStandIn;
let pusher: Pusher;

beforeEach(async () => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION, now: () => 1_700_000_000_000 });
  pusher = await createPusher(ecr);
});
afterEach(() => ecr.close());

test('a repository keeps its settings and echoes them, its address on the data plane first', async () => {
  await pusher.createRepository('team/app', {
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'sha256-*' }],
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/images' },
    tags: [{ Key: 'owner', Value: 'team' }],
  });
  const { repositories } = await pusher.sdk.send(
    new DescribeRepositoriesCommand({ repositoryNames: ['team/app'] }),
  );
  expect(repositories).toEqual([
    {
      repositoryArn: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/app`,
      registryId: ACCOUNT,
      repositoryName: 'team/app',
      repositoryUri: `${ecr.registryHost}/team/app`,
      createdAt: new Date(1_700_000_000_000),
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'sha256-*' }],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/images' },
    },
  ]);
});

test('a second creation and an unknown name are refused in the words of ECR', async () => {
  await pusher.createRepository('team/app');
  await expect(pusher.createRepository('team/app')).rejects.toMatchObject({
    name: 'RepositoryAlreadyExistsException',
    message: `The repository with name 'team/app' already exists in the registry with id '${ACCOUNT}'`,
  });
  const both = new DescribeRepositoriesCommand({ repositoryNames: ['team/app', 'team/none'] });
  await expect(pusher.sdk.send(both)).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
});

const filter = (text: string) => ({ filterType: 'WILDCARD' as const, filter: text });
const invalid: [string, Partial<CreateRepositoryCommandInput>][] = [
  ['a name with two separators', { repositoryName: 'a--b' }],
  ['a name in capitals', { repositoryName: 'Team/app' }],
  ['a name of one character', { repositoryName: 'a' }],
  ['a name of 257 characters', { repositoryName: 'a'.repeat(257) }],
  ['exclusions that are missing', { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }],
  ['exclusions without a use', { imageTagMutabilityExclusionFilters: [filter('a')] }],
  [
    'an exclusion that is a regular expression',
    {
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [filter('sha256-.+')],
    },
  ],
  [
    'six exclusions',
    {
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [...'abcdef'].map(filter),
    },
  ],
];
test.each(invalid)('%s is an InvalidParameterException', async (_, settings) => {
  await expect(pusher.createRepository('team/app', settings)).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('more than 50 tags are too many', async () => {
  const tags = Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
  await expect(pusher.createRepository('team/app', { tags })).rejects.toMatchObject({
    name: 'TooManyTagsException',
  });
});

test('images are described by tag or digest; tags are absent where there are none', async () => {
  await pusher.createRepository('team/app');
  const index = sampleIndex('multi');
  for (const child of index.children) await pusher.pushImage('team/app', child.manifest.digest, child);
  await pusher.putManifest('team/app', 'v1', index.manifest);
  const ask = async (imageId: { imageTag?: string; imageDigest?: string }) => {
    const command = new DescribeImagesCommand({ repositoryName: 'team/app', imageIds: [imageId] });
    return (await pusher.sdk.send(command)).imageDetails?.[0];
  };
  expect(await ask({ imageTag: 'v1' })).toMatchObject({
    imageDigest: index.manifest.digest,
    imageTags: ['v1'],
    imageManifestMediaType: MEDIA_TYPE.ociIndex,
    imagePushedAt: new Date(1_700_000_000_000),
    imageStatus: 'ACTIVE',
  });
  const child = await ask({ imageDigest: index.children[0]?.manifest.digest ?? '' });
  expect(child && 'imageTags' in child).toBe(false);
  await expect(ask({ imageTag: 'none' })).rejects.toMatchObject({
    name: 'ImageNotFoundException',
    message: `The image with imageId {imageDigest:'null', imageTag:'none'} does not exist within the repository with name 'team/app' in the registry with id '${ACCOUNT}'`,
  });
});

test('an archived image is hidden from a listing and shown by its id', async () => {
  await pusher.createRepository('team/app');
  const image = sampleImage('old');
  await pusher.pushImage('team/app', 'v1', image);
  ecr.admin.archiveImage('team/app', image.manifest.digest);
  const describe = (input: object) =>
    pusher.sdk.send(new DescribeImagesCommand({ repositoryName: 'team/app', ...input }));
  expect((await describe({})).imageDetails).toEqual([]);
  expect((await describe({ filter: { imageStatus: 'ARCHIVED' } })).imageDetails).toHaveLength(1);
  const byId = await describe({ imageIds: [{ imageTag: 'v1' }] });
  expect(byId.imageDetails?.[0]?.imageStatus).toBe('ARCHIVED');
});

test('lists come in pages', async () => {
  await pusher.createRepository('team/app');
  for (const text of ['a', 'b', 'c']) await pusher.pushImage('team/app', text, sampleImage(text));
  const list = (nextToken?: string) =>
    pusher.sdk.send(
      new ListImagesCommand({ repositoryName: 'team/app', maxResults: 2, ...(nextToken && { nextToken }) }),
    );
  const first = await list();
  const second = await list(first.nextToken);
  expect([...(first.imageIds ?? []), ...(second.imageIds ?? [])].map((id) => id.imageTag)).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(second.nextToken).toBeUndefined();
});

test('BatchGetImage gives the bytes, and failures for what is not there or not accepted', async () => {
  await pusher.createRepository('team/app');
  const image = sampleImage('get');
  await pusher.pushImage('team/app', 'v1', image);
  const get = (imageTag: string, acceptedMediaTypes = Object.values(MEDIA_TYPE)) =>
    pusher.sdk.send(
      new BatchGetImageCommand({ repositoryName: 'team/app', imageIds: [{ imageTag }], acceptedMediaTypes }),
    );
  expect((await get('v1')).images?.[0]?.imageManifest).toBe(image.manifest.bytes.toString());
  expect((await get('none')).failures?.[0]?.failureCode).toBe('ImageNotFound');
  expect((await get('v1', [MEDIA_TYPE.dockerManifest])).failures?.[0]?.failureCode).toBe('ImageNotFound');
});

test('BatchCheckLayerAvailability tells layers apart, at most 100 a call', async () => {
  await pusher.createRepository('team/app');
  const [blob, other] = sampleImage('layer').blobs;
  if (!blob || !other) throw new Error('a sample has two blobs');
  await pusher.pushBlob('team/app', blob);
  const check = (layerDigests: string[]) =>
    pusher.sdk.send(new BatchCheckLayerAvailabilityCommand({ repositoryName: 'team/app', layerDigests }));
  const { layers, failures } = await check([blob.digest, other.digest, 'sha256:short']);
  expect(layers?.map((layer) => layer.layerAvailability)).toEqual(['AVAILABLE', 'UNAVAILABLE']);
  expect(failures?.[0]?.failureCode).toBe('InvalidLayerDigest');
  await expect(check(Array(101).fill(blob.digest))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('tag mutability can be changed afterwards', async () => {
  await pusher.createRepository('team/app');
  await pusher.pushImage('team/app', 'v1', sampleImage('one'));
  await pusher.sdk.send(
    new PutImageTagMutabilityCommand({ repositoryName: 'team/app', imageTagMutability: 'IMMUTABLE' }),
  );
  expect((await pusher.pushImage('team/app', 'v1', sampleImage('two'))).status).toBe(400);
});

test('what is not built says so, and a body that is no JSON is named', async () => {
  const policy = new PutLifecyclePolicyCommand({ repositoryName: 'a/b', lifecyclePolicyText: '{}' });
  await expect(pusher.sdk.send(policy)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  const headers = {
    'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories',
    'x-amz-date': '20240101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDLOCALWORKER/20240101/${REGION}/ecr/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
  };
  const answer = await request(ecr.apiUrl, { method: 'POST', headers, body: '{' });
  expect([answer.statusCode, await answer.body.text()]).toEqual([
    400,
    expect.stringContaining('SerializationException'),
  ]);
});

test('a fault hits what it matches: a lost answer leaves the effect', async () => {
  ecr.faults.api.add({ kind: 'lost', match: () => true });
  await expect(pusher.createRepository('team/app')).rejects.toThrow();
  await expect(pusher.createRepository('team/app')).rejects.toMatchObject({
    name: 'RepositoryAlreadyExistsException',
  });
  ecr.faults.registry.add({ kind: 'status', status: 429, match: () => true });
  expect((await pusher.send('GET', '/v2/')).status).toBe(429);
});
