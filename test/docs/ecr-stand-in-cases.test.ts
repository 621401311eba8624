import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isTestThere } from './named-test.ts';

/** Rows of docs/cases/ecr-stand-in.md name their test in the last column: `` `file below test/local/ecr/`: title ``. */
const named = [
  ...readFileSync('docs/cases/ecr-stand-in.md', 'utf8').matchAll(/\| `([^`]+\.test\.ts)`: (.+) \|$/gm),
].map(([, file = '', title = '']) => ({ file: `local/ecr/${file}`, title }));
/** The table on real ECR has a file of its own in its head, and titles only. */
const contract = [
  ...(
    readFileSync('docs/cases/ecr-stand-in.md', 'utf8').split('`test/contract/contract.test.ts` |')[1] ?? ''
  ).matchAll(/^\| .+? \| ([^|]+) \|$/gm),
].map(([, title = '']) => ({ file: 'contract/contract.test.ts', title }));

test('each behaviour of the ECR stand-in names a test that is there, by its file and title', () => {
  expect(named.length).toBeGreaterThan(100);
  expect(contract.length).toBeGreaterThan(5);
  expect([...named, ...contract].filter(({ file, title }) => !isTestThere(file, title))).toEqual([]);
});
