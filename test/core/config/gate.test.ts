import { describe, expect, test } from '@jest/globals';
import { configAdvice } from '../../../core/config/advice.ts';
import { exceptionsOf } from '../../../core/config/gate.ts';
import { formatProblem, parseConfig } from '../../../core/config/parse.ts';
import { ruleFor } from '../../../core/config/rules.ts';
import type { ConfigInput } from '../../../core/config/schema.ts';
import { sampleSource, sampleTarget } from '../request/sample-request.ts';
import { LEAST, sampleConfig } from './sample-config.ts';

const HOUR = 3_600_000;
const gateFor = (more: Partial<ConfigInput>) => {
  const config = sampleConfig(more);
  const [team] = config.teams;
  if (!team) throw new Error('no team');
  const answer = ruleFor(config, {
    team,
    source: sampleSource(),
    target: sampleTarget(),
    configHash: 'c0ffee',
  });
  return answer.kind === 'applies' ? answer.rule.gate : undefined;
};

describe('the gate that is recorded with an image', () => {
  test('is none by default', () => {
    expect(gateFor({})).toBeUndefined();
  });

  test('is the configuration’s, with its defaults: it closes where it does not know', () => {
    expect(gateFor({ gate: { severity: 'HIGH' } })).toEqual({
      severity: 'HIGH',
      onlyFixable: false,
      unrated: 'pass',
      unavailable: 'hold',
      expiresAfterMs: 168 * HOUR,
    });
  });

  test('is the rule’s own where it has one, and none where the rule says off', () => {
    const gate = { severity: 'HIGH' } as const;
    const own = { severity: 'CRITICAL', onlyFixable: true, expiresAfterHours: 2 } as const;
    expect(gateFor({ gate, rules: [{ name: 'r', gate: own }] })).toMatchObject({
      severity: 'CRITICAL',
      onlyFixable: true,
      expiresAfterMs: 2 * HOUR,
    });
    expect(gateFor({ gate, rules: [{ name: 'r', gate: 'off' }] })).toBeUndefined();
  });

  test('has its own people, and no exceptions: those count as they are at the scan', () => {
    const releasers = { users: [], userGroups: ['S0SECURITY'] };
    const gate: ConfigInput['gate'] = { severity: 'HIGH', releasers, exceptions: [{ id: 'CVE-1' }] };
    expect(gateFor({ gate })).toMatchObject({ releasers });
    expect(gateFor({ gate })).not.toHaveProperty('exceptions');
  });
});

test('exceptions are those of the rule’s gate now; a rule that is gone has the configuration’s', () => {
  const config = sampleConfig({
    gate: { severity: 'HIGH', exceptions: [{ id: 'CVE-ALL' }] },
    rules: [
      { name: 'own', gate: { severity: 'LOW', exceptions: [{ id: 'CVE-OWN', until: '2027-01-31' }] } },
      { name: 'off', gate: 'off' },
      { name: 'plain' },
    ],
  });
  const ids = (rule: string) => exceptionsOf(config, rule).map(({ id }) => id);
  expect([ids('own'), ids('off'), ids('plain'), ids('gone')]).toEqual([
    ['CVE-OWN'],
    [],
    ['CVE-ALL'],
    ['CVE-ALL'],
  ]);
});

describe('what is wrong with a gate is told with its place', () => {
  test.each([
    [{ severity: 'BAD' }, /^mirror.config.json: gate.severity: .*CRITICAL/],
    [{}, /gate.severity: it is missing/],
    [
      { severity: 'HIGH', exceptions: [{ id: 'CVE-1', until: '31.1.2027' }] },
      /exceptions\[0\].until: a day, like/,
    ],
    [
      { severity: 'HIGH', exceptions: [{ id: 'CVE-1', until: '2027-13-40' }] },
      /exceptions\[0\].until: a day, like/,
    ],
    [{ severity: 'HIGH', unavailable: 'maybe' }, /gate.unavailable: "?hold"? or "?pass"? is expected/],
  ])('%j', (gate, expected) => {
    const result = parseConfig(JSON.stringify({ ...LEAST, gate }));
    expect(result.ok ? '' : result.problems.map(formatProblem)[0]).toMatch(expected);
  });

  test('a gate that nothing can open is advised against', () => {
    const config = sampleConfig({
      gate: { severity: 'HIGH', releasers: { users: [], userGroups: [] } },
      repositories: { scanOnPush: false },
    });
    expect(configAdvice(config).map(({ path }) => path)).toEqual(['gate', 'gate.releasers']);
    expect(configAdvice(sampleConfig({ gate: { severity: 'HIGH' } }))).toEqual([]);
  });
});
