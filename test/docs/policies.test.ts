import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { configAdvice } from '../../core/config/advice.ts';
import { formatProblem, parseConfig } from '../../core/config/parse.ts';

const FOLDER = 'docs/policies';
const page = readFileSync('docs/policies.md', 'utf8');
const files = readdirSync(FOLDER);

describe.each(files)('%s', (file) => {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8');

  test('is a configuration without a problem, and nothing in it is hardly meant', () => {
    const parsed = parseConfig(text);
    expect(parsed.ok ? [] : parsed.problems.map(formatProblem)).toEqual([]);
    expect(parsed.ok && configAdvice(parsed.config)).toEqual([]);
  });

  test('is on the page', () => {
    expect(page).toContain(`policies/${file}`);
  });
});

test('what the page shows of an example stands in one of them', () => {
  const all = files
    .map((file) => JSON.stringify(JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8'))))
    .join('\n');
  const shown = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  expect(shown.length).toBeGreaterThan(4);
  for (const block of shown) {
    const whole = block.trim().startsWith('{') ? block : `{${block}}`;
    for (const [key, value] of Object.entries(JSON.parse(whole))) {
      const found = all.includes(JSON.stringify({ [key]: value }).slice(1, -2));
      // A list may be shown in part: each of its entries has to stand there.
      const parts = Array.isArray(value) && value.every((each) => all.includes(JSON.stringify(each)));
      expect({ key, found: found || parts }).toEqual({ key, found: true });
    }
  }
});
