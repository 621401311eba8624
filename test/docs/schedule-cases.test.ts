import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isTestThere } from './named-test.ts';

/** Rows of docs/cases/schedules.md: `| case | what becomes of it | `file below test/`: title |`. */
const rows = readFileSync('docs/cases/schedules.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, happens, file, title] = /^\| (.+?) \| .+? \| `([^`]+)`(?:: (.+))? \|$/.exec(line) ?? [];
    return happens === undefined || file === undefined ? [] : [{ happens, file, title }];
  });

test('each case of schedules names a test that is there, by its file and title', () => {
  expect(rows.length).toBeGreaterThan(15);
  expect(rows.filter(({ file, title }) => !isTestThere(file, title))).toEqual([]);
});
