import { DescribeImagesCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'undici';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { createEcr, type Ecr } from '../../../worker/ecr/client.ts';
import { parseDenied } from '../../../worker/ecr/denied.ts';
import { describeEcrError } from '../../../worker/ecr/errors.ts';
import { ACCOUNT, createPusher, REGION } from '../../local/ecr/push.ts';
import { sampleImage } from '../../local/ecr/sample-image.ts';
import { ecrFor } from './with-ecr.ts';

let standIn: EcrStandIn;
beforeEach(async () => {
  standIn = await startEcr({ accountId: ACCOUNT, region: REGION });
});
afterEach(() => standIn.close());

const context = { account: ACCOUNT, region: REGION, repository: 'team/app', action: 'ecr:DescribeImages' };
/** The real SDK's error from a real call. */
const problemOf = async (ecr: Ecr) => {
  const command = new DescribeImagesCommand({ repositoryName: 'team/app', imageIds: [{ imageTag: 'v1' }] });
  const error = await ecr.client.send(command).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return describeEcrError(error, context);
};
const problemOfAnswer = (status: number, type: string, message = 'a sentence') => {
  const body = JSON.stringify({ __type: type, message });
  standIn.faults.api.add({ kind: 'status', status, body, match: () => true });
  return problemOf(ecrFor(standIn));
};

describe('from the real SDK', () => {
  test.each(['identity', 'resource', 'deny'] as const)(
    'a missing right (%s) is read from the sentence',
    async (reason) => {
      standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:DescribeImages', reason });
      expect(await problemOf(ecrFor(standIn))).toEqual({
        kind: 'permission',
        action: 'ecr:DescribeImages',
        resource: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/app`,
        principal: `arn:aws:sts::${ACCOUNT}:assumed-role/mirror-worker/local`,
        reason,
        message: expect.stringContaining('is not authorized'),
      });
    },
  );

  test('an access denied without the sentence keeps its text and what was asked', async () => {
    expect(await problemOfAnswer(400, 'AccessDeniedException', 'no')).toEqual({
      kind: 'permission',
      action: 'ecr:DescribeImages',
      reason: 'unknown',
      message: 'no',
    });
  });

  test('a missing repository comes with account and Region', async () => {
    expect(await problemOf(ecrFor(standIn))).toEqual({
      kind: 'repositoryNotFound',
      repository: 'team/app',
      account: ACCOUNT,
      region: REGION,
    });
  });

  test('credentials: unrecognised, expired, of another Region', async () => {
    expect(await problemOf(ecrFor(standIn, 'AKIDSTRANGER'))).toMatchObject({
      kind: 'credentials',
      problem: 'unrecognised',
    });
    expect(await problemOf(ecrFor(standIn, LOCAL_ACCESS_KEY_ID, 'us-west-2'))).toMatchObject({
      kind: 'credentials',
      problem: 'region',
    });
    standIn.admin.expireCredentials(LOCAL_ACCESS_KEY_ID);
    expect(await problemOf(ecrFor(standIn))).toMatchObject({ kind: 'credentials', problem: 'expired' });
  });

  test('credentials that nobody gave', async () => {
    const none = createEcr(
      { account: ACCOUNT, region: REGION, endpoint: standIn.apiUrl },
      {
        maxAttempts: 1,
        credentials: async () => {
          throw Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
        },
      },
    );
    expect(await problemOf(none)).toMatchObject({ kind: 'credentials', problem: 'none' });
  });

  test.each([
    ['Signature expired: 20240101T000000Z is now earlier than 20240101T001000Z', 'clock'],
    ['The request signature we calculated does not match the signature you provided.', 'unrecognised'],
  ])('a refused signature (%s) is %s', async (message, problem) => {
    expect(await problemOfAnswer(400, 'InvalidSignatureException', message)).toMatchObject({
      kind: 'credentials',
      problem,
    });
  });

  test.each([
    ['ThrottlingException', 400, 'throttled'],
    ['TooManyRequestsException', 429, 'throttled'],
    ['LimitExceededException', 400, 'limit'],
    ['ImageTagAlreadyExistsException', 400, 'immutableTag'],
  ])('%s is %s %s', async (type, status, kind) => {
    expect(await problemOfAnswer(status, type)).toEqual({ kind, message: 'a sentence' });
  });

  test('anything else keeps status, code and text; a fault of the service may pass', async () => {
    expect(await problemOfAnswer(500, 'ServerException')).toMatchObject({
      kind: 'other',
      code: 'ServerException',
      status: 500,
      message: 'a sentence',
      retryable: true,
    });
    const refused = await ecrFor(standIn)
      .client.send(new DescribeRepositoriesCommand({ repositoryNames: ['A--b'] }))
      .catch((error: unknown) => describeEcrError(error, context));
    expect(refused).toMatchObject({
      kind: 'other',
      code: 'InvalidParameterException',
      status: 400,
      requestId: expect.stringMatching(/^[0-9a-f]{8}-/),
      retryable: false,
    });
  });

  test('no answer is unreachable, cut off or not there at all', async () => {
    standIn.faults.api.add({ kind: 'cut', match: () => true });
    expect(await problemOf(ecrFor(standIn))).toMatchObject({ kind: 'unreachable' });
    const gone = await startEcr({ accountId: ACCOUNT, region: REGION });
    await gone.close();
    expect(await problemOf(ecrFor(gone))).toMatchObject({ kind: 'unreachable' });
  });

  test('a call that its caller gave up is not ECR out of reach', async () => {
    const signal = AbortSignal.abort();
    const command = new DescribeRepositoriesCommand({});
    const error = await ecrFor(standIn)
      .client.send(command, { abortSignal: signal })
      .catch((thrown: unknown) => thrown);
    expect(describeEcrError(error, context)).toMatchObject({ kind: 'other', code: 'AbortError' });
  });

  test("the system's code is kept where there is one", () => {
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND api.ecr'), { code: 'ENOTFOUND' });
    expect(describeEcrError(error, context)).toMatchObject({ kind: 'unreachable', code: 'ENOTFOUND' });
  });
});

describe('parseDenied', () => {
  test.each([
    'ecr:InitiateLayerUpload',
    'ecr:UploadLayerPart',
    'ecr:CompleteLayerUpload',
    'ecr:PutImage',
    'ecr:BatchGetImage',
    'ecr:BatchCheckLayerAvailability',
    'ecr:GetDownloadUrlForLayer',
  ])("reads the data plane's 403 for %s", async (action) => {
    const pusher = await createPusher(standIn);
    await pusher.createRepository('team/app');
    const image = sampleImage('denied');
    await pusher.pushImage('team/app', 'v1', image);
    standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action });
    const [blob] = image.blobs;
    if (!blob) throw new Error('a sample has blobs');
    const blobPath = `/v2/team/app/blobs/${blob.digest}`;
    const sent =
      action === 'ecr:PutImage'
        ? await pusher.putManifest('team/app', 'v1', image.manifest)
        : action === 'ecr:BatchGetImage'
          ? await pusher.send('GET', '/v2/team/app/manifests/v1')
          : action === 'ecr:GetDownloadUrlForLayer'
            ? await pusher.send('GET', blobPath)
            : action === 'ecr:BatchCheckLayerAvailability'
              ? await pusher.send('HEAD', blobPath)
              : await pusher.pushBlob('team/app', blob);
    expect(sent.status).toBe(403);
    // A HEAD has no body to read the sentence from.
    if (action === 'ecr:BatchCheckLayerAvailability') return;
    expect(parseDenied(sent.text)).toEqual({
      action,
      resource: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/app`,
      principal: `arn:aws:sts::${ACCOUNT}:assumed-role/mirror-worker/local`,
      reason: 'identity',
    });
  });

  test('a missing right to log in names the resource *', async () => {
    standIn.admin.deny(LOCAL_ACCESS_KEY_ID, { action: 'ecr:GetAuthorizationToken' });
    const error = await createPusher(standIn).catch((thrown: unknown) => thrown);
    expect(describeEcrError(error, { account: ACCOUNT, region: REGION })).toMatchObject({
      kind: 'permission',
      action: 'ecr:GetAuthorizationToken',
      resource: '*',
    });
  });

  test('an older sentence that stops after the resource has no reason', () => {
    const text =
      'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecr:PutImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/a';
    expect(parseDenied(text)).toEqual({
      action: 'ecr:PutImage',
      resource: 'arn:aws:ecr:us-east-1:123456789012:repository/a',
      principal: 'arn:aws:iam::123456789012:user/ci',
      reason: 'unknown',
    });
  });

  test('an expired token and a quota are no missing right', async () => {
    standIn.admin.expireTokens();
    const pusher = await createPusher(standIn);
    standIn.admin.expireTokens();
    const answer = await request(`http://${standIn.registryHost}/v2/`, {
      headers: { authorization: pusher.authorization },
    });
    expect(parseDenied(await answer.body.text())).toBeUndefined();
    expect(
      parseDenied("Adding tag 'a' exceeds the maximum allowed number of tags per image"),
    ).toBeUndefined();
  });
});
