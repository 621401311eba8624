import { describe, expect, test } from '@jest/globals';
import type { FoundFacts } from '../../../core/config/rule-facts.ts';
import { deniedAnyhow, readingRule, ruleFor } from '../../../core/config/rules.ts';
import type { ConfigInput } from '../../../core/config/schema.ts';
import { sampleSource, sampleTarget } from '../request/sample-request.ts';
import { sampleConfig } from './sample-config.ts';

type Rules = NonNullable<ConfigInput['rules']>;
type Match = NonNullable<Rules[number]['match']>;

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 5, 9);
const facts: FoundFacts = {
  platforms: ['linux/amd64', 'linux/arm64'],
  sizeBytes: 100_000_000,
  createdAt: NOW - 30 * DAY,
  seenAt: NOW - 3 * DAY,
  now: NOW,
};

function question(rules: Rules, found: FoundFacts | undefined) {
  const config = sampleConfig({ rules });
  const [team] = config.teams;
  if (!team) throw new Error('no team');
  const asked = { team, source: sampleSource('nginx:1.21'), target: sampleTarget(), configHash: 'c' };
  return { config, asked: { ...asked, ...(found && { facts: found }) } };
}
function ask(rules: Rules, found: FoundFacts | undefined = facts): string {
  const { asked, config } = question(rules, found);
  const answer = ruleFor(config, asked);
  return answer.kind === 'deny' ? `denied by ${answer.name}` : answer.rule.name;
}
/** Does a rule of this decision apply to the image? */
const applies = (match: Match, decision: 'auto' | 'approve' | 'deny', found = facts): boolean =>
  ask([{ name: 'it', match, decision }, { name: 'rest' }], found).endsWith('it');

describe('a rule that asks for facts applies', () => {
  test.each<[string, Match, boolean]>([
    ['from a size on', { sizeMB: { from: 100 } }, true],
    ['below a size', { sizeMB: { below: 100 } }, false],
    ['between two', { sizeMB: { from: 50, below: 200 } }, true],
    ['from an age on', { ageDays: { from: 30 } }, true],
    ['above its age', { ageDays: { from: 31 } }, false],
    ['known for long enough', { seenHours: { from: 72 } }, true],
    ['not known for long enough', { seenHours: { from: 73 } }, false],
    ['all that is named, not one of it', { sizeMB: { from: 1 }, ageDays: { from: 400 } }, false],
    ['text and facts', { source: 'docker.io/*', sizeMB: { from: 1 } }, true],
    ['other text', { source: 'ghcr.io/*', sizeMB: { from: 1 } }, false],
  ])('%s', (_, match, expected) => {
    expect(applies(match, 'approve')).toBe(expected);
  });

  test('to one platform of many, but lets in by itself only what is all of it', () => {
    const match = { platform: 'linux/arm64' };
    expect(['approve', 'deny', 'auto'].map((d) => applies(match, d as 'auto'))).toEqual([true, true, false]);
    expect(applies({ platform: 'linux/*' }, 'auto')).toBe(true);
  });

  test.each<[string, Match]>([
    ['age', { ageDays: { below: 9 } }],
    ['acquaintance', { seenHours: { below: 9 } }],
    ['platform', { platform: 'linux/amd64' }],
  ])('where its %s is not known: asked and denied, never let in', (_, match) => {
    const { createdAt: _c, seenAt: _s, ...known } = facts;
    const unknown = { ...known, platforms: [] };
    const kinds = (['approve', 'deny', 'auto'] as const).map((decision) => applies(match, decision, unknown));
    expect(kinds).toEqual([true, true, false]);
  });

  test('what the publisher says is in the future is new, not old', () => {
    const future = { ...facts, createdAt: NOW + 400 * DAY };
    expect(applies({ ageDays: { from: 1 } }, 'deny', future)).toBe(false);
    expect(applies({ ageDays: { below: 1 } }, 'deny', future)).toBe(true);
  });
});

test('the rule tells what of the image it matched, how many approve, and who may do what', () => {
  const rule: Rules[number] = {
    name: 'big',
    match: { target: 'base-images/*', sizeMB: { from: 50 } },
    approvals: 2,
    escalation: { afterHours: 8, to: { users: ['U0BOSS'] } },
    breakGlass: { userGroups: ['S0CALL'] },
    remindAfterHours: 0,
  };
  const { asked, config } = question([rule], facts);
  const answer = ruleFor(config, asked);
  expect(answer).toMatchObject({
    kind: 'applies',
    rule: {
      matched: 'target base-images/*, size from 50 MB',
      approvals: 2,
      escalateTo: { users: ['U0BOSS'], userGroups: [] },
      breakGlass: { users: [], userGroups: ['S0CALL'] },
    },
    timing: { escalateAfterMs: 8 * 3_600_000 },
  });
  expect(answer).not.toHaveProperty('timing.remindAfterMs');
});

test('a denial says what its rule says to do', () => {
  const { asked, config } = question([{ name: 'old', decision: 'deny', message: 'Take 1.27.' }], facts);
  expect(ruleFor(config, asked)).toEqual({ kind: 'deny', name: 'old', message: 'Take 1.27.' });
});

describe('before the look-up', () => {
  const denied = (rules: Rules) => {
    const { asked, config } = question(rules, undefined);
    return deniedAnyhow(config, asked)?.name;
  };
  test('only a denial without facts stands', () => {
    expect(denied([{ name: 'no', decision: 'deny' }])).toBe('no');
    expect(denied([{ name: 'no', decision: 'deny', match: { sizeMB: { from: 1 } } }])).toBeUndefined();
    expect(
      denied([
        { name: 'small', match: { sizeMB: { below: 9 } } },
        { name: 'no', decision: 'deny' },
      ]),
    ).toBe(undefined);
    expect(denied([])).toBe('none matches');
  });

  const reads = (rules: Rules) => {
    const { asked, config } = question(rules, undefined);
    return readingRule(config, asked);
  };
  const mine = ['docker.io'];
  test('the source is read with the first rule that names its host and can still apply', () => {
    expect(reads([{ name: 'a', credentials: mine }])).toBe('a');
    expect(reads([{ name: 'a' }, { name: 'b', credentials: mine }])).toBeUndefined();
    const old = { name: 'old', decision: 'deny' as const, match: { ageDays: { from: 900 } } };
    expect(reads([old, { name: 'b', credentials: mine }])).toBe('b');
    expect(reads([{ name: 'a', credentials: ['ghcr.io'] }])).toBeUndefined();
    expect(reads([{ name: 'a', match: { source: 'ghcr.io/*' }, credentials: mine }, { name: 'b' }])).toBe(
      undefined,
    );
  });

  test('the copy reads with that rule where another one decides', () => {
    const rules: Rules = [
      { name: 'big', match: { sizeMB: { from: 50 } } },
      { name: 'acme', credentials: mine },
    ];
    const { asked, config } = question(rules, facts);
    expect(ruleFor(config, asked)).toMatchObject({ rule: { name: 'big', readAs: 'acme' } });
  });
});
