import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isTestThere } from './named-test.ts';

/** Rows of docs/cases/copy.md: `| 7 | what happens | `file below test/` | title |`. */
const rows = readFileSync('docs/cases/copy.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, sentence = '', file = '', title = ''] =
      /^\| (\d+) \| (.+?) \| `([^`]+)` \| (.+) \|$/.exec(line) ?? [];
    return number === undefined ? [] : [{ number: Number(number), sentence, file, title }];
  });

test('each case of a copy names a test that is there, by its file and title', () => {
  const lost = rows.filter(({ file, title }) => !isTestThere(file, title));
  expect(lost).toEqual([]);
});

test('all 83 cases are there in order, each as a sentence, and none twice', () => {
  const numbers = rows.map(({ number }) => number);
  expect([...new Set(numbers)]).toEqual(Array.from({ length: 83 }, (_, at) => at + 1));
  for (const { sentence } of rows) expect(sentence).toMatch(/^\S.*\.$/);
  const sentences = rows.map(({ sentence }) => sentence);
  expect(new Set(sentences).size).toBe(sentences.length);
});
