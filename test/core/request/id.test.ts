import { expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import {
  ID_MAX_LETTERS,
  ID_MIN_LETTERS,
  parseRequestId,
  requestId,
  triggerHash,
} from '../../../core/request/id.ts';

const hash = fc.string({ maxLength: 60 }).map(triggerHash);
const letters = fc.integer({ min: ID_MIN_LETTERS, max: ID_MAX_LETTERS });

test('the same trigger has the same id for ever', () => {
  expect(requestId(triggerHash('1234.5678.abcd'), 4)).toBe('M-Z17M');
  expect(triggerHash('a')).not.toBe(triggerHash('b'));
});

test('an id can be read aloud: no I, L, O, U', () => {
  fc.assert(
    fc.property(hash, letters, (text, count) => {
      expect(requestId(text, count)).toMatch(new RegExp(`^M-[0-9A-HJKMNP-TV-Z]{${count}}$`));
    }),
    { seed: 1 },
  );
});

test('where the short one belongs to another trigger, the longer one begins the same and goes on', () => {
  fc.assert(
    fc.property(hash, (text) => {
      const all = Array.from({ length: ID_MAX_LETTERS - ID_MIN_LETTERS + 1 }, (_, n) =>
        requestId(text, ID_MIN_LETTERS + n),
      );
      for (const [n, id] of all.entries()) if (n > 0) expect(id.startsWith(all[n - 1] ?? '?')).toBe(true);
      expect(new Set(all).size).toBe(all.length);
    }),
    { seed: 2 },
  );
});

test('two triggers that share four letters part later', () => {
  const found = new Map<string, string>();
  for (let n = 0; ; n += 1) {
    const one = triggerHash(`trigger ${n}`);
    const other = found.get(requestId(one, 4));
    found.set(requestId(one, 4), one);
    if (other === undefined) continue;
    expect(requestId(one, ID_MAX_LETTERS)).not.toBe(requestId(other, ID_MAX_LETTERS));
    return;
  }
});

test('every id is read as itself, in lower case and with blanks around it too', () => {
  fc.assert(
    fc.property(hash, letters, (text, count) => {
      const id = requestId(text, count);
      expect([id, id.toLowerCase(), ` ${id} `].map(parseRequestId)).toEqual([id, id, id]);
    }),
    { seed: 3 },
  );
});

test.each([
  ['M-7F3K', 'M-7F3K'],
  ['7f3k', 'M-7F3K'],
  ['m7f3k', 'M-7F3K'],
  ['m-o1il', 'M-0111'],
  ['m-mmmm', 'M-MMMM'],
  ['M-7F3', undefined],
  ['M-7F3U', undefined],
  ['M-7F3K7F3K7F3K7F3K7', undefined],
  ['nginx:1.21', undefined],
  ['', undefined],
  ['M-', undefined],
  ['M-7F3K; DROP', undefined],
])('%j is read as %s', (typed, id) => {
  expect(parseRequestId(typed)).toBe(id);
});
