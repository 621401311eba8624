import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import type { Ecr } from '../../../worker/ecr/client.ts';
import { ensureRepository } from '../../../worker/ecr/ensure-repository.ts';
import { driftOf, type RepositorySettings } from '../../../worker/ecr/repository-settings.ts';
import { ACCOUNT, createPusher, REGION } from '../../local/ecr/push.ts';
import { ecrFor, repositoryName } from './with-ecr.ts';

let standIn: EcrStandIn;
let ecr: Ecr;
const repository = repositoryName('team/app');
const settings: RepositorySettings = {
  tagMutability: 'IMMUTABLE_WITH_EXCLUSION',
  mutableTags: ['sha256-*'],
  scanOnPush: true,
  tags: {},
};
const wanted = { repository, settings };
const creations = () =>
  standIn.calls.filter((call) => call.action === 'ecr:CreateRepository' && call.status === 200).length;

beforeEach(async () => {
  standIn = await startEcr({ accountId: ACCOUNT, region: REGION });
  ecr = ecrFor(standIn);
});
afterEach(() => standIn.close());

test('a missing repository is created with the settings asked for', async () => {
  const ensured = await ensureRepository(ecr, {
    repository,
    settings: { ...settings, encryption: { type: 'KMS', key: 'abc' }, tags: { owner: 'platform' } },
  });
  expect(ensured).toEqual({
    kind: 'ready',
    host: standIn.registryHost,
    repositoryUri: `${standIn.registryHost}/team/app`,
    created: true,
    settings: {
      tagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      mutableTags: ['sha256-*'],
      scanOnPush: true,
      encryption: { type: 'KMS', key: 'abc' },
    },
    drift: [],
  });
});

test('a repository that is there is left as it is, and what differs is told', async () => {
  await (await createPusher(standIn)).createRepository('team/app', { imageTagMutability: 'MUTABLE' });
  const ensured = await ensureRepository(ecr, wanted);
  expect(ensured).toMatchObject({
    kind: 'ready',
    created: false,
    drift: [
      { setting: 'tagMutability', wanted: 'IMMUTABLE_WITH_EXCLUSION', found: 'MUTABLE' },
      { setting: 'scanOnPush', wanted: 'true', found: 'false' },
    ],
  });
  expect(standIn.calls.map((call) => call.action)).not.toContain('ecr:PutImageTagMutability');
  expect(await ensureRepository(ecr, wanted)).toEqual(ensured);
});

test('of two workers at once one creates it and both are ready', async () => {
  const both = await Promise.all([ensureRepository(ecr, wanted), ensureRepository(ecrFor(standIn), wanted)]);
  expect(both.map(({ kind }) => kind)).toEqual(['ready', 'ready']);
  expect(creations()).toBe(1);
});

test('a creation whose answer was lost is a success when it is asked again', async () => {
  standIn.faults.api.add({
    kind: 'lost',
    match: ({ headers }) => String(headers['x-amz-target']).endsWith('CreateRepository'),
  });
  await expect(ensureRepository(ecr, wanted)).rejects.toThrow();
  expect(await ensureRepository(ecr, wanted)).toMatchObject({ kind: 'ready', created: false, drift: [] });
});

test.each([
  ['ecr:CreateRepository', {}],
  ['ecr:TagResource', { owner: 'platform' }],
])('without %s the outcome names the action', async (action, tags) => {
  standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action });
  expect(await ensureRepository(ecr, { repository, settings: { ...settings, tags } })).toMatchObject({
    kind: 'mayNotCreate',
    permission: {
      action,
      resource: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/app`,
      principal: `arn:aws:sts::${ACCOUNT}:assumed-role/mirror-worker/local`,
      reason: 'identity',
    },
  });
  expect(creations()).toBe(0);
});

test('a repository that is there needs no right to create one', async () => {
  await ensureRepository(ecr, wanted);
  standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:CreateRepository' });
  expect(await ensureRepository(ecr, wanted)).toMatchObject({ kind: 'ready', created: false });
});

test('any other problem is thrown: the right to look is not the right to create', async () => {
  standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:DescribeRepositories' });
  await expect(ensureRepository(ecr, wanted)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

describe('drift', () => {
  const found = {
    tagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    mutableTags: ['sha256-*'],
    scanOnPush: true,
    encryption: { type: 'KMS', key: 'arn:aws:kms:eu-central-1:123456789012:key/abc' },
  };
  test('a key is the same by id and by ARN', () => {
    expect(driftOf({ ...settings, encryption: { type: 'KMS', key: 'abc' } }, found)).toEqual([]);
    expect(driftOf({ ...settings, encryption: { type: 'KMS', key: 'other' } }, found)).toEqual([
      { setting: 'encryption', wanted: 'KMS other', found: `KMS ${found.encryption.key}` },
    ]);
  });
  test('another type of encryption counts only where one was asked for', () => {
    expect(driftOf(settings, found)).toEqual([]);
    expect(driftOf({ ...settings, encryption: { type: 'AES256' } }, found)).toHaveLength(1);
  });
  test('mutable tags are compared as a set', () => {
    const two = { ...settings, mutableTags: ['latest', 'sha256-*'] };
    expect(driftOf(two, { ...found, mutableTags: ['sha256-*', 'latest'] })).toEqual([]);
    expect(driftOf(two, found)).toEqual([
      { setting: 'mutableTags', wanted: 'latest sha256-*', found: 'sha256-*' },
    ]);
  });
});
