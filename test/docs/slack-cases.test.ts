import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isTestThere } from './named-test.ts';

/** Rows of docs/cases/slack.md: `| 7 | what happens | `file below test/` | title |`, or `open` and no title. */
const rows = readFileSync('docs/cases/slack.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, sentence = '', file, open, title = ''] =
      /^\| (\d+) \| (.+?) \| (?:`([^`]+)`|(open)) \|(?: (.+))? \|$/.exec(line) ?? [];
    return number === undefined ? [] : [{ number: Number(number), sentence, file, open, title }];
  });

test('each case of Slack names a test that is there, by its file and title, or is open', () => {
  const lost = rows.filter(({ file, open, title }) =>
    file === undefined ? open !== 'open' || title !== '' : title === '' || !isTestThere(file, title),
  );
  expect(lost).toEqual([]);
});

test('all 64 cases are there in order, each as a sentence, and none twice', () => {
  const numbers = rows.map(({ number }) => number);
  expect([...new Set(numbers)]).toEqual(Array.from({ length: 64 }, (_, at) => at + 1));
  expect([...numbers].sort((a, b) => a - b)).toEqual(numbers);
  for (const { sentence } of rows) expect(sentence).toMatch(/^\S.*\.$/);
  const sentences = rows.map(({ sentence }) => sentence);
  expect(new Set(sentences).size).toBe(sentences.length);
});
