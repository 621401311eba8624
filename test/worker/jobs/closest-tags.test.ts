import { expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { closestTags } from '../../../worker/jobs/closest-tags.ts';

const TAGS = ['1.21-alpine', '1.22-alpine', '1.21', '1.23', 'latest', 'alpine', 'stable', 'mainline-perl'];

test.each([
  ['a letter is missing', '1.21-alpin', ['1.21-alpine', '1.22-alpine']],
  ['letters are swapped', 'lastet', ['latest']],
  ['a version that was never published', '1.29', ['1.21', '1.23']],
  ['nothing is near', 'windowsservercore-ltsc2022', []],
])('%s: %s', (_case, wanted, expected) => {
  expect(closestTags(wanted, TAGS)).toEqual(expected);
});

test('at most three, the nearest first, equal ones by name', () => {
  expect(closestTags('1.2', ['1.9', '1.8', '1.1', '1.3'])).toEqual(['1.1', '1.3', '1.8']);
});

test('a short tag is not near to everything', () => {
  expect(closestTags('x', ['latest', 'stable'])).toEqual([]);
});

test('among a hundred thousand tags the nearest is found wherever it stands', () => {
  const many = Array.from({ length: 100_000 }, (_, n) => `20240102.${n}-alpine3.19`);
  expect(closestTags('20240102.77-alpine3.1', many.toReversed())[0]).toBe('20240102.77-alpine3.19');
});

/** The textbook's recursion, slow and surely right. */
function textbook(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  if (a[0] === b[0]) return textbook(a.slice(1), b.slice(1));
  return 1 + Math.min(textbook(a.slice(1), b), textbook(a, b.slice(1)), textbook(a.slice(1), b.slice(1)));
}

test('the order is that of the Levenshtein distance, and what is too far is left out', () => {
  const tag = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(tag, fc.uniqueArray(tag, { maxLength: 6 }), (wanted, tags) => {
      const limit = Math.max(2, Math.ceil(wanted.length / 3));
      const expected = tags
        .map((each) => ({ each, distance: textbook(wanted, each) }))
        .filter(({ distance }) => distance <= limit)
        .sort((x, y) => x.distance - y.distance || (x.each < y.each ? -1 : 1))
        .slice(0, 3)
        .map(({ each }) => each);
      expect(closestTags(wanted, tags)).toEqual(expected);
    }),
  );
});
