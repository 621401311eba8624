import { describe, expect, test } from '@jest/globals';
import { glob } from '../../../core/config/glob.ts';
import { isSourceAllowed, mayUseCredentials, ruleFor } from '../../../core/config/rules.ts';
import type { ConfigInput } from '../../../core/config/schema.ts';
import { sampleSource, sampleTarget } from '../request/sample-request.ts';
import { sampleConfig } from './sample-config.ts';

const teams: ConfigInput['teams'] = [
  { id: 'default', prefixes: ['base-images'], approvers: { userGroups: ['S0SEC'] } },
  { id: 'payments', prefixes: ['payments'], approvers: { users: ['U0PAY'] } },
];

function ask(
  rules: ConfigInput['rules'],
  source = 'nginx:1.21',
  repository = 'base-images/nginx',
  teamId = 'default',
) {
  const config = sampleConfig({ teams, ...(rules && { rules }) });
  const team = config.teams.find(({ id }) => id === teamId);
  if (!team) throw new Error('no team');
  return ruleFor(config, {
    team,
    source: sampleSource(source),
    target: sampleTarget(repository),
    configHash: 'c0ffee123456',
  });
}
const nameOf = (answer: ReturnType<typeof ask>): string =>
  answer.kind === 'deny' ? `denied by ${answer.name}` : answer.rule.name;

test('the first rule that matches decides', () => {
  const rules = [
    { name: 'no-latest', match: { source: '*:latest' }, decision: 'deny' as const },
    { name: 'hub', match: { source: 'docker.io/*' } },
    { name: 'all' },
  ];
  expect(nameOf(ask(rules, 'nginx'))).toBe('denied by no-latest');
  expect(nameOf(ask(rules, 'nginx:1.21'))).toBe('hub');
  expect(nameOf(ask(rules, 'ghcr.io/org/app:1'))).toBe('all');
});

test('where none matches nobody could approve: it is denied, and said so', () => {
  expect(nameOf(ask([{ name: 'x', match: { source: 'ghcr.io/*' } }]))).toBe('denied by none matches');
  expect(nameOf(ask([]))).toBe('denied by none matches');
});

describe('a match', () => {
  test.each<[string, NonNullable<NonNullable<ConfigInput['rules']>[number]['match']>, boolean]>([
    ['nothing named', {}, true],
    ['the full source with its tag', { source: 'docker.io/library/nginx:1.21' }, true],
    ['the full source without a tag', { source: 'docker.io/library/nginx' }, true],
    ['the short source', { source: 'nginx' }, false],
    ['another tag', { source: 'docker.io/library/nginx:1.2' }, false],
    ['a star for a part', { source: 'docker.io/*/nginx' }, true],
    ['the target', { target: 'base-images/*' }, true],
    ['the target without its star', { target: 'base-images/' }, false],
    ['the team', { team: 'default' }, true],
    ['another team', { team: 'payments' }, false],
    ['all that is named, not one of it', { source: 'docker.io/*', target: 'payments/*' }, false],
  ])('by %s', (_, match, expected) => {
    expect(nameOf(ask([{ name: 'it', match }]))).toBe(expected ? 'it' : 'denied by none matches');
  });

  test('of a source asked for by digest is by its repository', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    expect(
      nameOf(ask([{ name: 'it', match: { source: 'docker.io/library/nginx' } }], `nginx@${digest}`)),
    ).toBe('it');
  });
});

describe('what is recorded', () => {
  test('is the rule as it stands, with the approvers of the team', () => {
    expect(ask([{ name: 'it', selfApproval: true, expiresAfterHours: 2 }])).toEqual({
      kind: 'applies',
      timing: { expiresAfterMs: 7_200_000, remindAfterMs: 14_400_000 },
      rule: {
        name: 'it',
        decision: 'approve',
        approvals: 1,
        selfApproval: true,
        approvers: { users: [], userGroups: ['S0SEC'] },
        configHash: 'c0ffee123456',
      },
    });
  });

  test("a rule's own approvers stand before the team's", () => {
    const answer = ask([{ name: 'it', approvers: { users: ['U0CISO'] } }]);
    expect(answer).toMatchObject({ rule: { approvers: { users: ['U0CISO'], userGroups: [] } } });
  });

  test('an auto rule needs nobody', () => {
    expect(ask([{ name: 'it', decision: 'auto' }])).toMatchObject({
      rule: { decision: 'auto', approvals: 0 },
    });
  });
});

test.each([
  ['docker.io/library/nginx:1', true],
  ['ghcr.io/org/app', true],
  ['europe-docker.pkg.dev/project/app', true],
  ['pkg.dev/project/app', false],
  ['europe-docker.pkg.dev.evil.com/app', false],
  ['evil.com/europe-docker.pkg.dev/app', false],
  ['localhost:5000/app', false],
])('with the default sources %s is allowed: %s', (text, expected) => {
  expect(isSourceAllowed(sampleConfig(), sampleSource(text))).toBe(expected);
});

test('credentials serve only the rule that names their host, exactly', () => {
  const config = sampleConfig({ rules: [{ name: 'acme', credentials: ['docker.io'] }, { name: 'rest' }] });
  expect(mayUseCredentials(config, 'acme', 'docker.io')).toBe(true);
  for (const host of ['ghcr.io', 'docker.io:443', 'docker.io.evil.example', 'sub.docker.io']) {
    expect(mayUseCredentials(config, 'acme', host)).toBe(false);
  }
  for (const rule of ['rest', 'gone', undefined]) {
    expect(mayUseCredentials(config, rule, 'docker.io')).toBe(false);
  }
});

test.each([
  ['*', '', true],
  ['a*c', 'abbbc', true],
  ['a*c', 'ab', false],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
  ['a+', 'aa', false],
  ['*a*', 'bab', true],
  ['a', 'ab', false],
])('glob %s takes %j: %s', (pattern, text, expected) => {
  expect(glob(pattern, text)).toBe(expected);
});
