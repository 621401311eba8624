import { DescribeRepositoriesCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'undici';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { ACCOUNT, authorizationFor, createPusher, type Pusher, REGION, sdkFor } from './push.ts';
import { sampleImage } from './sample-image.ts';

let ecr: EcrStandIn;
let pusher: Pusher;
let now = 1_700_000_000_000;

beforeEach(async () => {
  ecr = await startEcr({ accountId: ACCOUNT, region: REGION, now: () => now });
  pusher = await createPusher(ecr);
  await pusher.createRepository('team/app');
});
afterEach(() => ecr.close());

const ROLE = `arn:aws:sts::${ACCOUNT}:assumed-role/mirror-worker/local`;
const ping = (authorization?: string) =>
  request(`http://${ecr.registryHost}/v2/`, { headers: authorization ? { authorization } : {} });

describe('the data plane', () => {
  test('without credentials it answers 401 with a Basic challenge', async () => {
    const answer = await ping();
    await answer.body.dump();
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(
      `Basic realm="https://${ecr.registryHost}/",service="ecr.amazonaws.com"`,
    );
  });

  test('a Bearer token, another user and a wrong password are 401', async () => {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    const password = Buffer.from(pusher.authorization.slice(6), 'base64').toString().slice(4);
    for (const authorization of ['Bearer abc', basic(`me:${password}`), basic('AWS:wrong')]) {
      const answer = await ping(authorization);
      await answer.body.dump();
      expect(answer.statusCode).toBe(401);
    }
    expect((await pusher.send('GET', '/v2/')).status).toBe(200);
  });

  test('an expired token is a 403 that says so', async () => {
    const expired = [
      403,
      'DENIED: Your authorization token has expired. Reauthenticate and try again.',
    ] as const;
    ecr.admin.expireTokens();
    const sent = await pusher.send('GET', '/v2/');
    expect([sent.status, sent.error]).toEqual(expired);
    const again = await createPusher(ecr);
    expect((await again.send('GET', '/v2/')).status).toBe(200);
    now += 12 * 60 * 60 * 1000;
    const late = await again.send('GET', '/v2/');
    expect([late.status, late.error]).toEqual(expired);
  });

  test("another Region's token is a 403", async () => {
    const elsewhere = await startEcr({ accountId: ACCOUNT, region: 'us-west-2', now: () => now });
    const authorization = await authorizationFor(sdkFor(elsewhere, LOCAL_ACCESS_KEY_ID, 'us-west-2'));
    await elsewhere.close();
    const answer = await ping(authorization);
    expect([answer.statusCode, await answer.body.text()]).toEqual([403, expect.stringContaining('DENIED')]);
  });

  test.each(['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage'])(
    'a push without %s is refused with the sentence of IAM',
    async (action) => {
      ecr.admin.deny(LOCAL_ACCESS_KEY_ID, { action });
      const image = sampleImage('denied');
      const pushed = image.blobs[0] && (await pusher.pushBlob('team/app', image.blobs[0]));
      const refused =
        action === 'ecr:PutImage' ? await pusher.putManifest('team/app', 'v1', image.manifest) : pushed;
      expect(refused?.status).toBe(403);
      expect(refused?.error).toBe(
        `DENIED: User: ${ROLE} is not authorized to perform: ${action} on resource: arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/app because no identity-based policy allows the ${action} action`,
      );
    },
  );

  test('a denied upload may end as a closed connection', async () => {
    ecr.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:InitiateLayerUpload', eof: true });
    await expect(pusher.send('POST', '/v2/team/app/blobs/uploads/')).rejects.toMatchObject({
      code: 'UND_ERR_SOCKET',
    });
    ecr.admin.allow(LOCAL_ACCESS_KEY_ID, 'ecr:InitiateLayerUpload');
    expect((await pusher.send('POST', '/v2/team/app/blobs/uploads/')).status).toBe(202);
  });

  test('a POST does not create a repository', async () => {
    const sent = await pusher.send('POST', '/v2/team/none/blobs/uploads/');
    expect([sent.status, sent.error]).toEqual([
      404,
      `NAME_UNKNOWN: The repository with name 'team/none' does not exist in the registry with id '${ACCOUNT}'`,
    ]);
  });
});

describe('the control plane', () => {
  const describeAll = (sdk = pusher.sdk) => sdk.send(new DescribeRepositoriesCommand({}));

  test('knows callers by their access key', async () => {
    await expect(describeAll(sdkFor(ecr, 'AKIDSTRANGER'))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    ecr.admin.expireCredentials(LOCAL_ACCESS_KEY_ID);
    await expect(describeAll()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });

  test('wants a signature of its own Region', async () => {
    await expect(describeAll(sdkFor(ecr, LOCAL_ACCESS_KEY_ID, 'us-west-2'))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
    const bare = await request(ecr.apiUrl, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories' },
      body: '{}',
    });
    expect([bare.statusCode, await bare.body.text()]).toEqual([
      400,
      expect.stringContaining('MissingAuthenticationToken'),
    ]);
  });

  test.each([
    ['identity', `because no identity-based policy allows the ecr:GetAuthorizationToken action`],
    ['resource', `because no resource-based policy allows the ecr:GetAuthorizationToken action`],
    ['deny', 'with an explicit deny in a service control policy'],
  ] as const)('refuses for %s reasons in the words of IAM', async (reason, tail) => {
    ecr.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:GetAuthorizationToken', reason });
    await expect(pusher.sdk.send(new GetAuthorizationTokenCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${ROLE} is not authorized to perform: ecr:GetAuthorizationToken on resource: * ${tail}`,
    });
  });

  test("another account's registry is refused by its missing policy", async () => {
    const command = new DescribeRepositoriesCommand({
      registryId: '999999999999',
      repositoryNames: ['team/app'],
    });
    await expect(pusher.sdk.send(command)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('no resource-based policy allows'),
    });
  });
});

test('every call is in the log with who, what and how it ended', async () => {
  await pusher.pushImage('team/app', 'v1', sampleImage('logged'));
  const last = ecr.calls.at(-1);
  expect(last).toEqual({
    at: now,
    plane: 'registry',
    principal: ROLE,
    action: 'ecr:PutImage',
    repository: 'team/app',
    method: 'PUT',
    path: '/v2/team/app/manifests/v1',
    status: 201,
  });
  expect(ecr.calls.filter((call) => call.action === 'ecr:CreateRepository')).toHaveLength(1);
});
