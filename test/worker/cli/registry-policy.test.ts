import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteRegistryPolicyCommand,
  ECRClient,
  PutAccountSettingCommand,
  PutRegistryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { type Sts, startSts } from '../../../local/sts.ts';
import { printRegistryPolicy } from '../../../scripts/registry-policy.ts';
import { linesOf, mirror } from './run-mirror.ts';

const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';
let ecr: EcrStandIn;
let folder: string;
let sts: Sts;
let sdk: ECRClient;

beforeAll(async () => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION });
  sts = await startSts({});
  folder = mkdtempSync(join(tmpdir(), 'mirror-policy-'));
  const credentials = { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'any' };
  sdk = new ECRClient({ region: REGION, endpoint: ecr.apiUrl, credentials });
});
afterAll(async () => {
  sdk.destroy();
  await Promise.all([ecr.close(), sts.close()]);
  rmSync(folder, { recursive: true });
});

const SETTINGS = { writers: [`arn:aws:iam::${ACCOUNT}:role/mirror-worker`], organization: 'o-a1b2c3d4e5' };
function configOf(registryPolicy?: object, destination: object = {}): string {
  const file = join(folder, 'mirror.config.json');
  writeFileSync(
    file,
    JSON.stringify({
      teams: [{ id: 'default', prefixes: ['base-images'], approvers: { users: ['U1A'] } }],
      destinations: [
        { name: 'prod', account: ACCOUNT, region: REGION, endpoint: ecr.apiUrl, ...destination },
      ],
      channels: { default: 'C012AB3CD' },
      ...(registryPolicy && { registryPolicy }),
    }),
  );
  return file;
}

async function looked(registryPolicy?: object, destination: object = {}) {
  const env = {
    AWS_ACCESS_KEY_ID: LOCAL_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_STS: sts.endpoint,
  };
  const { out } = await mirror(['doctor', '--json', '--config', configOf(registryPolicy, destination)], {
    env,
  });
  return linesOf(out)
    .filter(({ about }) => about === 'registry policy prod')
    .map(({ result, what }) => `${result}: ${what}`);
}

test('the doctor says whether only the worker may write, until what is printed stands', async () => {
  expect(await looked()).toEqual([expect.stringMatching(/^skip: Whoever may push in this account/)]);
  expect(await looked(SETTINGS)).toEqual([
    expect.stringMatching(/^warn: Others than the worker may ecr:PutImage, .* below base-images\.$/),
    expect.stringMatching(/^warn: The organization's accounts may not ecr:BatchCheckLayerAvailability/),
  ]);
  const { out } = printRegistryPolicy(['--config', configOf(SETTINGS)], {});
  await sdk.send(new PutRegistryPolicyCommand({ policyText: out }));
  expect(await looked(SETTINGS)).toEqual([expect.stringMatching(/^ok: Only the worker/)]);
});

test('a registry that is reached by a role of another account is not judged by our own', async () => {
  const role = 'arn:aws:iam::210987654321:role/mirror-writer';
  expect(await looked(SETTINGS, { account: '210987654321', role })).toEqual([
    'skip: Its registry policy is read with credentials of that account only.',
  ]);
});

test('a policy that stops the worker, one that does not count, and one that cannot be judged are told apart', async () => {
  const other = { ...SETTINGS, writers: [`arn:aws:iam::${ACCOUNT}:role/renamed`] };
  expect(await looked(other)).toEqual([expect.stringMatching(/^warn: It stops arn:.*renamed as well/)]);
  const setScope = (value: string) =>
    sdk.send(new PutAccountSettingCommand({ name: 'REGISTRY_POLICY_SCOPE', value }));
  await setScope('V1');
  expect(await looked(SETTINGS)).toEqual([expect.stringContaining('scope V1')]);
  await setScope('V2');
  await sdk.send(new DeleteRegistryPolicyCommand({}));
  expect((await looked(SETTINGS))[0]).toMatch(/^warn: Others than the worker may/);
});
