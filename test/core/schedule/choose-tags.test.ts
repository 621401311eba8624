import { describe, expect, test } from '@jest/globals';
import {
  chooseTags,
  isPatchOf,
  type TagRule,
  tagRuleProblem,
  versionOf,
} from '../../../core/schedule/choose-tags.ts';

const NGINX = [
  'latest',
  'alpine',
  '1.25',
  '1.25.3',
  '1.26.2',
  '1.27',
  '1.27-alpine',
  '1.27.3',
  '1.27.3-alpine',
  '1.27.10-alpine',
  '1.9.15',
  'v1.28.0',
  '2.0.0-rc1',
  'mainline-otel',
];

describe('the tags of a rule', () => {
  test.each<[string, TagRule, string[]]>([
    [
      'a range takes plain versions, the newest first',
      { semver: '>=1.26 <2' },
      ['v1.28.0', '1.27.3', '1.27', '1.26.2'],
    ],
    [
      'with what has to stand behind them',
      { semver: '>=1.27', variant: '-alpine' },
      ['1.27.10-alpine', '1.27.3-alpine', '1.27-alpine'],
    ],
    [
      'versions are compared as numbers, not as text',
      { newest: 2, variant: '-alpine' },
      ['1.27.10-alpine', '1.27.3-alpine'],
    ],
    ['the newest so many', { semver: '1.x', newest: 1 }, ['v1.28.0']],
    ['an expression has to match the whole tag', { match: '1\\.27' }, ['1.27']],
    [
      'an expression and a range together',
      { match: '.*-alpine', semver: '>=1.27.3' },
      ['1.27.10-alpine', '1.27.3-alpine'],
    ],
    ['an expression without versions, by name', { match: '[a-z]+' }, ['alpine', 'latest']],
    ['nothing where nothing fits', { semver: '>=3' }, []],
  ])('%s', (_name, rule, tags) => {
    expect(chooseTags(rule, NGINX)).toEqual(tags);
  });
});

test.each([
  ['1.27.4-alpine', '1.27.3-alpine', true],
  ['1.27.3-alpine', '1.27.3-alpine', true],
  ['1.27.4', '1.27.3-alpine', false],
  ['1.28.0', '1.27.3', false],
  ['1.27.2', '1.27.3', false],
  ['1', '1', false],
  ['latest', 'latest', false],
])('%s is a patch of %s: %s', (next, before, is) => {
  expect(isPatchOf(next, before)).toBe(is);
});

test.each([
  ['1.27.3-alpine', { version: '1.27.3', major: 1, minor: 27, patch: 3, variant: '-alpine' }],
  ['v22', { version: '22.0.0', major: 22, variant: '' }],
  ['20240101', { version: '20240101.0.0', major: 20_240_101, variant: '' }],
  ['latest', undefined],
  ['01.2', undefined],
])('%s as a version', (tag, version) => {
  expect(versionOf(tag)).toEqual(version);
});

test.each<[TagRule, string | undefined]>([
  [{}, 'it says nothing of the tags'],
  [{ semver: 'new' }, 'new is no semver range'],
  [{ match: '(' }, 'Invalid regular expression'],
  [{ newest: 3 }, undefined],
])('of %j is told: %s', (rule, says) => {
  const problem = tagRuleProblem(rule);
  if (says === undefined) expect(problem).toBeUndefined();
  else expect(problem).toContain(says);
});
