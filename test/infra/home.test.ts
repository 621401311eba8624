import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readDeployedConfig } from '../../core/config/deployed.ts';
import { parseConfig } from '../../core/config/parse.ts';
import type { Config, ConfigInput } from '../../core/config/schema.ts';
import { homeOf, homeProblems, roleNameOf, stackName, workerRoleName } from '../../infra/home.ts';

const HERE = { name: 'prod', account: '123456789012', region: 'eu-central-1' };

function configured(destinations: ConfigInput['destinations'], aws: ConfigInput['aws'] = {}): Config {
  const teams = [{ id: 'default', prefixes: ['base-images'], approvers: { users: [], userGroups: [] } }];
  const parsed = parseConfig(
    JSON.stringify({ teams, destinations, channels: { default: 'C012AB3CD' }, aws }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

describe('where the product runs', () => {
  test('is where its first destination is, or where the configuration says', () => {
    expect(homeOf(configured([HERE]))).toEqual({ account: '123456789012', region: 'eu-central-1' });
    const elsewhere = configured([HERE], { account: '210987654321', region: 'eu-west-1', name: 'team' });
    expect(homeOf(elsewhere)).toEqual({ account: '210987654321', region: 'eu-west-1' });
    expect(stackName(elsewhere)).toBe('Mirror-team');
    // A role's name counts in all Regions of an account.
    expect(workerRoleName(elsewhere)).toBe('Mirror-team-worker-eu-west-1');
  });
});

describe('before anything is deployed', () => {
  const problems = (...destinations: ConfigInput['destinations']) => homeProblems(configured(destinations));

  test('another account without a role is told, with a role to write down', () => {
    expect(problems(HERE, { ...HERE, name: 'team', account: '210987654321' })).toEqual([
      {
        path: 'destinations[1].role',
        message: expect.stringContaining('210987654321'),
        example: '"arn:aws:iam::210987654321:role/mirror-writer-team"',
      },
    ]);
  });

  test.each([
    ['of another account', 'arn:aws:iam::123456789012:role/mirror-writer-team'],
    ['with a path', 'arn:aws:iam::210987654321:role/path/mirror-writer-team'],
  ])('a role %s is told: a stack cannot make it', (_what, role) => {
    const team = { ...HERE, name: 'team', account: '210987654321', role };
    expect(problems(HERE, team).map(({ path }) => path)).toEqual(['destinations[1].role']);
  });

  test('a stand-in’s address is told', () => {
    expect(problems({ ...HERE, endpoint: 'http://127.0.0.1:4000' }).map(({ path }) => path)).toEqual([
      'destinations[0].endpoint',
    ]);
  });

  test('another Region of the same account needs nothing', () => {
    expect(problems(HERE, { ...HERE, name: 'near', region: 'eu-west-1' })).toEqual([]);
  });
});

test('a role’s name is the last part of its ARN', () => {
  expect(roleNameOf('arn:aws:iam::210987654321:role/mirror-writer-team')).toBe('mirror-writer-team');
  expect(roleNameOf('arn:aws:iam::210987654321:user/somebody')).toBeUndefined();
});

test('a function reads only what was checked for it', () => {
  expect(() => readDeployedConfig('{"teams":[]}')).toThrow(/checked/);
  expect(() => readDeployedConfig('not JSON')).toThrow();
});

test('the CDK’s command is pinned exactly, and is not the accident that npm calls 3.0.0', () => {
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  expect(devDependencies['aws-cdk']).toMatch(/^2\.\d+\.\d+$/);
  expect(devDependencies['aws-cdk-lib']).toMatch(/^2\.\d+\.\d+$/);
  expect(devDependencies['cdk-nag']).toMatch(/^3\.\d+\.\d+$/);
});
