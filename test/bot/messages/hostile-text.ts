import fc from '../../properties.ts';

/** Any code point but half of a pair; fast-check's own `binary` maps all of them first, which takes longer than the test. */
const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));

/** What people and registries might send to get a ping, a link, a broken block or a hidden character. */
const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<!here|here>',
    '<@U01BOB00001>',
    '<#C01IMAGEREQ>',
    '<https://evil.example|nginx>',
    'https://evil.example/?a=<b>&c',
    '```\n# not code',
    '`',
    '*bold* _it_ ~no~',
    '&lt;!channel&gt;',
    'nginx\n● waiting for nobody',
    'a\u202eb\u200bc\ufeff',
    '\u0000\u0007',
    '',
    ' ',
    '”',
    '👩‍👩‍👧‍👦'.repeat(40),
    'x'.repeat(5_000),
    '<'.repeat(3_100),
    '`'.repeat(4_000),
    '&'.repeat(3_000),
    '\n'.repeat(3_100),
  ),
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc
    .array(fc.constantFrom('<', '>', '&', '`', '!', '@', 'x', '\n', '|', '*'), { maxLength: 80 })
    .map((l) => l.join('')),
);

/** So many in all, over all renderers; the long run asks for a million. */
export const STRINGS = Number(process.env['HOSTILE_STRINGS'] ?? 20_000);
let strings = 0;
export const stringsMade = (): number => strings;
export const hostile = hostileText.map((text) => {
  strings += 1;
  return text;
});
/** A million take an hour on a busy machine. */
export const TIMEOUT_MS = STRINGS > 100_000 ? 3_600_000 : 60_000;
/** A run of either property makes more than so many of them. */
export const RUNS = Math.ceil(STRINGS / 28);
