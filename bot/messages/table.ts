import type { TableBlock } from '@slack/types';
import { clamp, LIMITS } from './limits.ts';
import { clean, oneLine } from './mrkdwn.ts';

export interface Column {
  readonly head: string;
  /** Numbers stand on the right. */
  readonly align?: 'right';
  /** Long texts are broken into lines; short ones keep to one, and the table scrolls where it is wider than its place. */
  readonly wrap?: true;
  /** At most this many characters of a cell are shown. */
  readonly max: number;
}

/**
 * A table of foreign text: `raw_text` cells know no mark-up, so nothing in them pings or links. Slack refuses empty cells
 * and more than about 10,000 characters in all; where the longest rows would pass that, every cell gets less room.
 * https://docs.slack.dev/reference/block-kit/blocks/table-block
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): TableBlock {
  const shown = rows.slice(0, LIMITS.tableRows - 1);
  const cells = (share: number): string[][] =>
    [columns.map(({ head }) => head), ...shown].map((row) =>
      columns.map(({ max }, at) => cell(row[at] ?? '', Math.max(8, Math.floor(max * share)))),
    );
  let share = 1;
  let fitting = cells(share);
  // Short cells give nothing, so the long ones may have to give once more.
  while (lengthOf(fitting) > LIMITS.tableText && share > SHARE_MIN) {
    share *= Math.min(0.95, LIMITS.tableText / lengthOf(fitting));
    fitting = cells(share);
  }
  return {
    type: 'table',
    column_settings: columns.map(({ align, wrap = false }) => ({
      is_wrapped: wrap,
      ...(align && { align }),
    })),
    rows: fitting.map((row) => row.map((text) => ({ type: 'raw_text', text }))),
  };
}

const SHARE_MIN = 0.05;
const lengthOf = (rows: readonly (readonly string[])[]): number =>
  rows.flat().reduce((sum, text) => sum + text.length, 0);

const cell = (text: string, max: number): string => clamp(oneLine(clean(text)).trim(), max) || '–';

/** Its cells, for where no table can be shown. */
export const cellsOf = ({ rows }: TableBlock): readonly (readonly string[])[] =>
  rows.map((row) => row.map((each) => (each.type === 'raw_text' ? each.text : '–')));
