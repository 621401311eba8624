import { isObject, type JsonObject } from '../json-object.ts';
import { limits } from './limits.ts';
import { checkArray, checkFlag, checkKeys, checkOneOf, checkString, type Place } from './place.ts';

/**
 * A table, in messages only. Cells are raw texts or raw numbers, never empty; rich text in cells is not built here, since
 * nobody sends it. https://docs.slack.dev/reference/block-kit/blocks/table-block
 */
export function checkTable(block: JsonObject, place: Place): void {
  checkKeys(block, ['block_id', 'rows', 'column_settings'], place);
  const rows = checkArray(block, { key: 'rows', min: 1, max: limits.tableRows }, place) ?? [];
  rows.forEach((row, at) => {
    const here = place.at('rows').at(at);
    if (!Array.isArray(row)) {
      here.fail('must provide an array');
      return;
    }
    if (row.length < 1) here.fail('no fewer than 1 items allowed');
    if (row.length > limits.tableCells) here.fail(`no more than ${limits.tableCells} items allowed`);
    for (const [nth, cell] of row.entries()) checkCell(cell, here.at(nth));
  });
  if (tableText(block) > limits.tableText)
    place.at('rows').fail(`must be less than ${limits.tableText + 1} characters`);
  if (block['column_settings'] === undefined) return;
  const columns = checkArray(block, { key: 'column_settings', min: 1, max: limits.tableCells }, place) ?? [];
  columns.forEach((column, at) => {
    const here = place.at('column_settings').at(at);
    if (!isObject(column)) {
      here.fail('must provide an object');
      return;
    }
    checkKeys(column, ['align', 'is_wrapped'], here);
    checkOneOf(column, { key: 'align', values: ['left', 'center', 'right'] }, here);
    checkFlag(column, 'is_wrapped', here);
  });
}

function checkCell(cell: unknown, place: Place): void {
  if (!isObject(cell)) {
    place.fail('must provide an object');
    return;
  }
  switch (cell['type']) {
    case 'raw_text':
      checkKeys(cell, ['text'], place);
      checkString(cell, { key: 'text', max: limits.tableText, required: true }, place);
      return;
    case 'raw_number':
      checkKeys(cell, ['value', 'text'], place);
      if (typeof cell['value'] !== 'number') place.at('value').fail('must be a number');
      return;
    default:
      place.at('type').fail(`unsupported type: ${String(cell['type'])}`);
  }
}

/** The characters of all cells. */
function tableText(block: JsonObject): number {
  const rows = Array.isArray(block['rows']) ? block['rows'] : [];
  return rows
    .flat()
    .reduce<number>(
      (sum, cell) => sum + (isObject(cell) && typeof cell['text'] === 'string' ? cell['text'].length : 0),
      0,
    );
}
