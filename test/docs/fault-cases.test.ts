import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isTestThere } from './named-test.ts';

/** Rows of docs/cases/faults.md: `| 7 | what breaks | what becomes of it | `file below test/` | title |`. */
const rows = readFileSync('docs/cases/faults.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, breaks = '', becomes = '', file = '', title = ''] =
      /^\| (\d+) \| (.+?) \| (.+?) \| `([^`]+)` \| (.+) \|$/.exec(line) ?? [];
    return number === undefined ? [] : [{ number: Number(number), breaks, becomes, file, title }];
  });

test('each fault names a test that is there, by its file and title', () => {
  expect(rows.filter(({ file, title }) => !isTestThere(file, title))).toEqual([]);
});

test('the faults are there in order, each as a sentence, and none twice', () => {
  const numbers = [...new Set(rows.map(({ number }) => number))];
  expect(numbers).toEqual([...range(1, 27), ...range(42, 44), ...range(48, 59), 61, 66, 67]);
  for (const { breaks } of rows) expect(breaks).toMatch(/^[A-Z].*\.$/);
  const told = rows.map(({ breaks }) => breaks);
  expect(new Set(told).size).toBe(told.length);
});

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n);
