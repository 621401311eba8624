import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Listening, listen, readBody } from '../../local/server.ts';
import { lookAtRole } from '../../scripts/setup/role.ts';

/** IAM as far as one question goes: a form in, XML out (IAM API reference, SimulatePrincipalPolicy). */
let iam: Listening;
let asked: URLSearchParams[];
let decisionOf: (action: string) => string;
let status: number;
let before: NodeJS.ProcessEnv;

beforeEach(async () => {
  asked = [];
  decisionOf = () => 'allowed';
  status = 200;
  iam = await listen(async (request, response) => {
    const form = new URLSearchParams((await readBody(request)).toString('utf8'));
    asked.push(form);
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(status === 200 ? answerTo(form) : DENIED);
  });
  before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_IAM: iam.origin,
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'any',
  });
});
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await iam.close();
});

const membersOf = (form: URLSearchParams, name: string): readonly string[] =>
  [...form].flatMap(([key, value]) => (key.startsWith(`${name}.member.`) ? [value] : []));

function answerTo(form: URLSearchParams): string {
  const results = membersOf(form, 'ActionNames').flatMap((action) =>
    membersOf(form, 'ResourceArns').map(
      (resource) =>
        `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>${resource}</EvalResourceName><EvalDecision>${decisionOf(action)}</EvalDecision></member>`,
    ),
  );
  return `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${results.join('')}</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`;
}
const DENIED =
  '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: me is not authorized</Message></Error></ErrorResponse>';

const look = (roleArn = 'arn:aws:iam::123456789012:role/mirror-prod-worker') =>
  lookAtRole({
    roleArn,
    config: {
      teams: [
        {
          id: 'default',
          channels: [],
          prefixes: ['base-images'],
          platforms: [],
          approvers: { users: [], userGroups: [] },
        },
      ],
      destinations: [{ name: 'prod', account: '123456789012', region: 'eu-central-1' }],
    },
  });

describe('the rights of the deployed worker', () => {
  test('are asked of IAM, for what the worker does and where it does it', async () => {
    expect(await look()).toMatchObject({ kind: 'asked', missing: [] });
    const [below, wide] = asked;
    if (!below || !wide) throw new Error('two questions');
    expect(below.get('PolicySourceArn')).toBe('arn:aws:iam::123456789012:role/mirror-prod-worker');
    expect(membersOf(below, 'ActionNames')).toContain('ecr:PutImage');
    expect(membersOf(below, 'ResourceArns')).toEqual([
      'arn:aws:ecr:eu-central-1:123456789012:repository/base-images/app',
    ]);
    expect(membersOf(wide, 'ActionNames')).toContain('ecr:GetAuthorizationToken');
  });

  test('that are missing are named with their resource', async () => {
    decisionOf = (action) => (action === 'ecr:PutImage' ? 'implicitDeny' : 'allowed');
    expect(await look()).toMatchObject({
      missing: ['ecr:PutImage on arn:aws:ecr:eu-central-1:123456789012:repository/base-images/app'],
    });
  });

  test('cannot be told where one may not ask, or where the role is of another account', async () => {
    status = 403;
    expect(await look()).toEqual({ kind: 'unasked', why: expect.stringContaining('not authorized') });
    expect(await look('arn:aws:iam::999999999999:role/x')).toMatchObject({ kind: 'unasked' });
  });
});
