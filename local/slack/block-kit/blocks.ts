import { isObject } from '../json-object.ts';
import type { Block } from '../local-api.ts';
import { checkBlock, type Surface } from './block.ts';
import { limits } from './limits.ts';
import { type Place, startPlace } from './place.ts';

export type CheckedBlocks =
  | { readonly kind: 'valid'; readonly blocks: readonly Block[] }
  | { readonly kind: 'invalid'; readonly error: string; readonly problems: readonly string[] };

/**
 * The blocks of a message as Slack would take them, or Slack's refusal: `invalid_blocks_format` (no array of objects),
 * `invalid_blocks` with one line a fault, `msg_blocks_too_long`.
 */
export function checkMessageBlocks(value: unknown): CheckedBlocks {
  if (!Array.isArray(value) || !value.every(isObject))
    return { kind: 'invalid', error: 'invalid_blocks_format', problems: [] };
  const { place, found } = startPlace('/blocks');
  const blocks = checkBlocks(value, 'message', place);
  if (found.length > 0) return { kind: 'invalid', error: 'invalid_blocks', problems: found };
  if (sumOfTexts(value) > limits.messageTexts)
    return { kind: 'invalid', error: 'msg_blocks_too_long', problems: [] };
  return { kind: 'valid', blocks };
}

/** Returns the well-formed ones; faults are reported at `place`, which stands for the array. */
export function checkBlocks(values: readonly unknown[], surface: Surface, place: Place): readonly Block[] {
  const most = surface === 'message' ? limits.messageBlocks : limits.viewBlocks;
  if (values.length > most) place.fail(`no more than ${most} items allowed`);
  const tables = values.filter((value) => isObject(value) && value['type'] === 'table');
  if (tables.length > limits.tablesInMessage) place.fail('only one table is allowed in a message');
  const ids = new Set<string>();
  values.forEach((value, index) => {
    checkBlock(value, surface, place.at(index));
    const id = isObject(value) ? value['block_id'] : undefined;
    if (typeof id !== 'string') return;
    if (ids.has(id)) place.at(index).at('block_id').fail(`\`block_id\` already exists: ${id}`);
    ids.add(id);
  });
  return values.filter(isBlock);
}

function isBlock(value: unknown): value is Block {
  return isObject(value) && typeof value['type'] === 'string';
}

function sumOfTexts(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sumOfTexts(item), 0);
  if (!isObject(value)) return 0;
  const own = isTextObject(value) ? String(value['text']).length : 0;
  return Object.values(value).reduce<number>((sum, item) => sum + sumOfTexts(item), own);
}

function isTextObject(value: { readonly [key: string]: unknown }): boolean {
  const type = value['type'];
  return (
    (type === 'mrkdwn' || type === 'plain_text' || type === 'raw_text') && typeof value['text'] === 'string'
  );
}
