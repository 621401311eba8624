import { describe, expect, test } from '@jest/globals';
import { mayMove, movedTagOf, mutableTagsOf } from '../../../core/config/moved-tag.ts';
import { sampleConfig } from './sample-config.ts';

describe('what becomes of a moved tag', () => {
  const config = sampleConfig({
    rules: [
      { name: 'strict', movedTag: 'refuse' },
      { name: 'channels', movedTag: 'move', movingTags: ['latest', '1.*-alpine'] },
      { name: 'named', match: { source: 'docker.io/library/nginx:stable' }, movedTag: 'move' },
      { name: 'silent' },
    ],
  });

  test.each([
    ['the rule refuses', 'strict', '1.21', 'refuse'],
    ['the rule moves this tag', 'channels', '1.27-alpine', 'move'],
    ['the rule moves others, not this one', 'channels', '2.0', 'suffix'],
    ['the rule moves the tag that it matches', 'named', 'stable', 'move'],
    ['the rule says nothing', 'silent', '1.21', 'suffix'],
    ['the rule is gone from the configuration', 'no such rule', '1.21', 'suffix'],
    ['no rule applied', undefined, '1.21', 'suffix'],
  ] as const)('%s', (_name, rule, tag, says) => {
    expect(movedTagOf(config, rule, tag)).toBe(says);
  });

  test('is the configuration’s own word where the rule has none', () => {
    const refusing = sampleConfig({ movedTag: 'refuse', rules: [{ name: 'silent' }] });
    expect(movedTagOf(refusing, 'silent', '1.21')).toBe('refuse');
  });
});

describe('the exclusions of a new repository', () => {
  const config = sampleConfig({
    rules: [
      { name: 'nginx', match: { target: 'base-images/nginx' }, movedTag: 'move', movingTags: ['1.*-alpine'] },
      { name: 'all', match: { target: 'base-images/*' }, movedTag: 'move', movingTags: ['latest'] },
      { name: 'denied', decision: 'deny', movedTag: 'move', movingTags: ['never'] },
      { name: 'rest' },
    ],
  });

  test.each([
    [
      'what its rules move, each once, beside those of signatures',
      'base-images/nginx',
      ['sha256-*', '1.*-alpine', 'latest'],
    ],
    ['only of rules that can be about it', 'base-images/redis', ['sha256-*', 'latest']],
    ['none but the configured ones elsewhere', 'shop/web', ['sha256-*']],
  ])('%s', (_name, repository, filters) => {
    expect(mutableTagsOf(config, repository)).toEqual(filters);
  });
});

describe('a tag that stands', () => {
  const excluding = (tagMutability: string) => ({ tagMutability, mutableTags: ['latest', '1.*'] });
  test.each([
    ['moves in a mutable repository', { tagMutability: 'MUTABLE', mutableTags: [] }, '2.0', true],
    ['stays in an immutable one', { tagMutability: 'IMMUTABLE', mutableTags: [] }, '2.0', false],
    ['moves where an exclusion names it', excluding('IMMUTABLE_WITH_EXCLUSION'), '1.27', true],
    ['stays where none does', excluding('IMMUTABLE_WITH_EXCLUSION'), '2.0', false],
    ['stays where an exclusion from moving names it', excluding('MUTABLE_WITH_EXCLUSION'), 'latest', false],
    ['moves where none does', excluding('MUTABLE_WITH_EXCLUSION'), '2.0', true],
    ['stays where AWS says what nobody here knows', excluding('SOMETHING_NEW'), '1.27', false],
  ])('%s', (_name, settings, tag, moves) => {
    expect(mayMove(settings, tag)).toBe(moves);
  });
});
