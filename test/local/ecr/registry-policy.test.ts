import {
  DeleteRegistryPolicyCommand,
  DescribeImagesCommand,
  GetRegistryPolicyCommand,
  PutAccountSettingCommand,
  PutImageTagMutabilityCommand,
  PutRegistryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { registryPolicy } from '../../../core/permissions/registry-policy.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, createPusher, type Pusher, REGION, sdkFor } from './push.ts';

const CI = 'AKIDCI';
const NODE = 'AKIDNODE';
const STRANGER = 'AKIDSTRANGER';
const ORGANIZATION = 'o-a1b2c3d4e5';

let ecr: EcrStandIn;
let worker: Pusher;

beforeEach(async () => {
  ecr = await startEcr({
    accountId: ACCOUNT,
    region: REGION,
    principals: {
      [LOCAL_ACCESS_KEY_ID]: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/mirror-worker/local` },
      [CI]: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ci/build` },
      [NODE]: { arn: 'arn:aws:sts::999999999999:assumed-role/node/i-1', organization: ORGANIZATION },
      [STRANGER]: { arn: 'arn:aws:sts::888888888888:assumed-role/node/i-1' },
    },
  });
  worker = await createPusher(ecr);
  await worker.createRepository('base-images/nginx');
});
afterEach(() => ecr.close());

const policyText = JSON.stringify(
  registryPolicy({
    destination: { account: ACCOUNT, region: REGION },
    teams: [
      {
        id: 'default',
        channels: [],
        prefixes: ['base-images'],
        platforms: [],
        approvers: { users: [], userGroups: [] },
      },
    ],
    settings: {
      writers: [`arn:aws:iam::${ACCOUNT}:role/mirror-worker`],
      admins: [],
      organization: ORGANIZATION,
    },
  }),
);
const put = () => sdkFor(ecr).send(new PutRegistryPolicyCommand({ policyText }));
const startUpload = async (key: string, repository = 'base-images/nginx') => {
  const pusher = await createPusher(ecr, key);
  const { error, status } = await pusher.send('POST', `/v2/${repository}/blobs/uploads/`);
  return { status, error };
};

describe('a registry policy', () => {
  test('is put, read and taken away; without one there is none', async () => {
    const sdk = sdkFor(ecr);
    const none = { name: 'RegistryPolicyNotFoundException' };
    await expect(sdk.send(new GetRegistryPolicyCommand({}))).rejects.toMatchObject(none);
    await put();
    expect((await sdk.send(new GetRegistryPolicyCommand({}))).policyText).toBe(policyText);
    expect(await sdk.send(new DeleteRegistryPolicyCommand({}))).toMatchObject({ policyText });
    await expect(sdk.send(new DeleteRegistryPolicyCommand({}))).rejects.toMatchObject(none);
  });

  test('that is no policy is refused', async () => {
    const send = (text: string) => sdkFor(ecr).send(new PutRegistryPolicyCommand({ policyText: text }));
    for (const text of ['{', '{}', '{"Statement":[{"Effect":"Perhaps"}]}'])
      await expect(send(text)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('keeps others from writing below the prefixes, on both planes, and the worker not', async () => {
    expect((await startUpload(CI)).status).toBe(202);
    await put();
    expect(await startUpload(CI)).toEqual({
      status: 403,
      error: expect.stringMatching(
        /assumed-role\/ci\/build is not authorized to perform: ecr:InitiateLayerUpload .* with an explicit deny in a resource-based policy$/,
      ),
    });
    expect((await startUpload(LOCAL_ACCESS_KEY_ID)).status).toBe(202);
    const at = { repositoryName: 'base-images/nginx' };
    const ci = sdkFor(ecr, CI);
    const mutable = () => new PutImageTagMutabilityCommand({ ...at, imageTagMutability: 'MUTABLE' });
    await expect(ci.send(mutable())).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(ci.send(new DescribeImagesCommand(at))).resolves.toBeDefined();
    await expect(sdkFor(ecr).send(mutable())).resolves.toBeDefined();
  });

  test('leaves other repositories alone', async () => {
    await worker.createRepository('other/app');
    await put();
    expect((await startUpload(CI, 'other/app')).status).toBe(202);
  });

  test('of the first scope does not count for pushes', async () => {
    await put();
    const send = (value: string) =>
      sdkFor(ecr).send(new PutAccountSettingCommand({ name: 'REGISTRY_POLICY_SCOPE', value }));
    await send('V1');
    expect((await startUpload(CI)).status).toBe(202);
    await send('V2');
    expect((await startUpload(CI)).status).toBe(403);
  });
});

describe('another account', () => {
  const list = async (key: string) => {
    const pusher = await createPusher(ecr, key);
    return pusher.send('GET', '/v2/base-images/nginx/manifests/none');
  };

  test('gets nothing until the policy says yes', async () => {
    const answer = await list(NODE);
    expect([answer.status, answer.error]).toEqual([
      403,
      expect.stringContaining('because no resource-based policy allows the ecr:BatchGetImage action'),
    ]);
  });

  test('of the organization may pull then, and not push; one outside of it may not', async () => {
    await put();
    expect((await list(NODE)).status).toBe(404);
    expect((await startUpload(NODE)).status).toBe(403);
    expect((await list(STRANGER)).status).toBe(403);
  });
});
