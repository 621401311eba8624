import { expect, test } from '@jest/globals';
import { cellsOf, table } from '../../../bot/messages/table.ts';
import { message } from '../../../bot/messages/blocks.ts';
import { expectSayable } from './checked.ts';

const columns = [
  { head: 'Image', max: 200, wrap: true },
  { head: 'Size', max: 20, align: 'right' },
] as const;
const textOf = (block: ReturnType<typeof table>) => cellsOf(block).flat().join('');

test('a table whose cells are too long in all gives each of them less room, and loses no row', () => {
  const block = table(
    columns,
    Array.from({ length: 60 }, (_, at) => [`${at} ${'x'.repeat(300)}`, '24 MB']),
  );
  expect(cellsOf(block)).toHaveLength(61);
  expect(textOf(block).length).toBeLessThanOrEqual(8_000);
  expect(cellsOf(block)[60]?.[0]).toMatch(/^59 x{50,}…$/);
  expectSayable(message('A table.', [block]));
});

test('foreign text in a cell is one line without hidden characters, and never empty', () => {
  const block = table(columns, [['a\n\u202eb\u200b', '']]);
  expect(cellsOf(block)).toEqual([
    ['Image', 'Size'],
    ['a b', '–'],
  ]);
  expect(block.column_settings).toEqual([{ is_wrapped: true }, { is_wrapped: false, align: 'right' }]);
});
