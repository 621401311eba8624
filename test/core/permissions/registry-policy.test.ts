import { describe, expect, test } from '@jest/globals';
import { evaluate, principalOf } from '../../../core/permissions/evaluate.ts';
import { parsePolicy, type PolicyDocument } from '../../../core/permissions/policy-document.ts';
import {
  ONLY_OURS,
  PULL,
  registryPolicy,
  registryPolicyGaps,
} from '../../../core/permissions/registry-policy.ts';

const WRITER = 'arn:aws:iam::123456789012:role/mirror-worker';
const ADMIN = 'arn:aws:iam::123456789012:role/admins/*';
const given = {
  destination: { account: '123456789012', region: 'eu-central-1' },
  teams: [
    {
      id: 'default',
      channels: [],
      prefixes: ['base-images/', 'shop'],
      platforms: [],
      approvers: { users: [], userGroups: [] },
    },
  ],
  settings: { writers: [WRITER], admins: [ADMIN], organization: 'o-a1b2c3d4e5' },
};
const policy = registryPolicy(given);
const repository = (name: string): string => `arn:aws:ecr:eu-central-1:123456789012:repository/${name}`;
const verdict = (principal: string, action: string, name: string, context = {}) =>
  evaluate(policy, { principal, action, resource: repository(name), context });
const CI = 'arn:aws:iam::123456789012:role/ci';

describe('the printed policy', () => {
  test.each(ONLY_OURS)('keeps %s below the prefixes for the worker and the administrators', (action) => {
    for (const name of ['base-images/nginx', 'shop', 'shop/a/b']) {
      expect(verdict(CI, action, name)).toBe('deny');
      expect(verdict(WRITER, action, name)).toBe('neither');
      expect(verdict('arn:aws:iam::123456789012:role/admins/anna', action, name)).toBe('neither');
    }
  });

  test('leaves everything else alone: other repositories, with a name that only begins alike, and reading', () => {
    for (const name of ['other/nginx', 'base-images-2/nginx', 'shopping/a'])
      expect(verdict(CI, 'ecr:PutImage', name)).toBe('neither');
    expect(verdict(CI, 'ecr:BatchGetImage', 'shop/a')).toBe('neither');
  });

  test('lets accounts of the organization pull, and no others', () => {
    const abroad = 'arn:aws:iam::999999999999:role/node';
    for (const action of PULL) {
      expect(verdict(abroad, action, 'shop/a', { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' })).toBe('allow');
      expect(verdict(abroad, action, 'shop/a', { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' })).toBe('neither');
      expect(verdict(abroad, action, 'shop/a')).toBe('neither');
    }
    expect(
      registryPolicy({ ...given, settings: { ...given.settings, organization: undefined } }).Statement,
    ).toHaveLength(1);
  });

  test('is what it says when it is read again', () => {
    expect(parsePolicy(JSON.stringify(policy))).toEqual(policy);
  });

  test('names the partition of the Region', () => {
    const china = registryPolicy({
      ...given,
      destination: { account: '123456789012', region: 'cn-north-1' },
    });
    expect(china.Statement[0]?.Resource?.[0]).toBe(
      'arn:aws-cn:ecr:cn-north-1:123456789012:repository/base-images',
    );
  });
});

describe('what a standing policy lacks', () => {
  const gaps = (document: PolicyDocument | undefined) =>
    registryPolicyGaps(document, given).map(({ action, kind, prefix }) => `${kind} ${action} ${prefix}`);
  const without = (at: number, change: object) => ({
    ...policy,
    Statement: policy.Statement.map((each, index) => (index === at ? { ...each, ...change } : each)),
  });

  test('nothing, where the printed one stands, also beside other statements', () => {
    const more = { Effect: 'Allow', Principal: '*', Action: 'ecr:ReplicateImage', Resource: '*' } as const;
    expect(gaps({ ...policy, Statement: [more, ...policy.Statement] })).toEqual([]);
  });

  test('everything, where there is none', () => {
    expect(gaps(undefined)).toHaveLength((ONLY_OURS.length + PULL.length) * 2);
  });

  test('an action, a prefix, the organization', () => {
    const action = ONLY_OURS.filter((each) => each !== 'ecr:PutImage');
    expect(gaps(without(0, { Action: [...action] }))).toEqual([
      'others may ecr:PutImage base-images',
      'others may ecr:PutImage shop',
    ]);
    const onlyShop = gaps(without(0, { Resource: [repository('shop/*')] }));
    expect(onlyShop.every((each) => each.endsWith('base-images'))).toBe(true);
    expect(onlyShop).toHaveLength(ONLY_OURS.length);
    expect(gaps(without(1, { Condition: {} }))).toEqual([]);
    expect(gaps(without(1, { Action: 'ecr:BatchGetImage' }))).toHaveLength((PULL.length - 1) * 2);
  });

  test('the worker is stopped as well', () => {
    const stopped = gaps(without(0, { Condition: { ArnNotLike: { 'aws:PrincipalArn': [ADMIN] } } }));
    expect(stopped.every((each) => each.startsWith('writer may not'))).toBe(true);
    expect(stopped).toHaveLength(ONLY_OURS.length * 2);
  });

  test('a condition that nobody here knows is told as that, and not as a yes', () => {
    const odd = gaps(without(0, { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }));
    expect(odd.every((each) => each.startsWith('unknown'))).toBe(true);
  });
});

test('the session of a role is the role', () => {
  expect(principalOf('arn:aws:sts::123456789012:assumed-role/mirror-worker/i-0abc')).toBe(WRITER);
  expect(principalOf(WRITER)).toBe(WRITER);
});

test('a document with elements that cannot be judged is no document', () => {
  const text = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const one = { Effect: 'Deny', Principal: '*', Action: 'ecr:*', Resource: '*' };
  expect(parsePolicy(text(one))?.Statement).toHaveLength(1);
  expect(parsePolicy(text([one]))?.Statement).toHaveLength(1);
  for (const odd of [{ NotAction: 'x' }, { NotPrincipal: '*' }, { NotResource: '*' }])
    expect(parsePolicy(text({ ...one, ...odd }))).toBeUndefined();
  expect(parsePolicy('{')).toBeUndefined();
});
