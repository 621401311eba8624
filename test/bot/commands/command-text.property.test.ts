import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCommandText } from '../../../bot/commands/command-text.ts';
import { formatCommand } from '../../../bot/commands/format-command.ts';
import { caret } from '../../../bot/messages/mistake.ts';

const component = fc.stringMatching(/^[a-z0-9]+(?:[._-][a-z0-9]+)?$/);
const path = fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const tag = fc.stringMatching(/^[a-z0-9_][a-zA-Z0-9._-]{0,12}[a-z0-9]$/);
const source = fc
  .tuple(fc.constantFrom('', 'ghcr.io/', 'localhost:5000/'), path, tag)
  .map(([host, name, version]) => `${host}${name}:${version}`);
const platforms = fc.uniqueArray(fc.constantFrom('linux/amd64', 'linux/arm64', 'linux/arm/v7'), {
  minLength: 1,
});
/** Whatever a person may write, as far as a command can hold it: one line, and nothing that Slack itself replaces. */
const reason = fc
  .string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' })
  .map((text) =>
    text
      .replace(/[<>&`]/g, '')
      .trim()
      .replace(/\s+/g, ' '),
  )
  .filter((text) => text !== '');
const asked = fc.record(
  {
    source,
    target: path.map((name) => `base-images/${name}`),
    platforms,
    tag,
    to: fc.oneof(component, fc.constant('prod eu')),
    reason,
    dryRun: fc.constant(true as const),
  },
  { requiredKeys: ['source'] },
);

test('what is formatted is parsed to the same', () => {
  fc.assert(
    fc.property(asked, (given) => {
      const parsed = parseCommandText(formatCommand(given));
      if (parsed.kind !== 'mirror') throw new Error(`${formatCommand(given)}: ${JSON.stringify(parsed)}`);
      const { kind: _, typed: __, ...rest } = parsed;
      expect(rest).toEqual(given);
    }),
    { numRuns: 2_000, seed: 6 },
  );
});

test('whatever is typed is understood, or told with a place inside of it', () => {
  const word = fc.oneof(
    fc.string({ maxLength: 12, unit: 'grapheme' }),
    source,
    fc.constantFrom('--tag', '"', '\n', 'FROM'),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const parsed = parseCommandText(words.join(' '));
      if (parsed.kind !== 'mistake') return;
      const { text, mistake } = parsed;
      expect(mistake.at).toBeGreaterThanOrEqual(0);
      expect(mistake.at).toBeLessThanOrEqual(text.length);
      const [line = '', below = ''] = caret(text, mistake.at).split('\n');
      expect(below).toMatch(/^ *\^$/);
      expect(below.length).toBeLessThanOrEqual(line.length + 1);
    }),
    { numRuns: 2_000, seed: 7 },
  );
});
