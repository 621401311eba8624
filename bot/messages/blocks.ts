import type { Button, KnownBlock, MrkdwnElement, Overflow, PlainTextElement } from '@slack/types';
import { clamp, clampMrkdwn, LIMITS } from './limits.ts';
import { clean, escapeText, type Mrkdwn, oneLine } from './mrkdwn.ts';
import { cellsOf } from './table.ts';

/** What is sent: blocks, and the whole sentence that notifications and screen readers get instead. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** A message with its sentence escaped and everything within Slack's limits. */
export function message(sentence: string | Mrkdwn, blocks: readonly KnownBlock[]): Message {
  const text =
    typeof sentence === 'string'
      ? clamp(escapeText(sentence), LIMITS.messageText)
      : clampMrkdwn(sentence.mrkdwn, LIMITS.messageText);
  // Slack refuses an empty one, and what is foreign in it may be empty.
  return { text: text.trim() || 'There is something about your request.', blocks: fitting(blocks) };
}

/** What does not fit is left out from the end, but never a button: without it nobody could act on the rest. */
function fitting(blocks: readonly KnownBlock[]): KnownBlock[] {
  const kept: KnownBlock[] = [];
  let count = blocks.filter(isActions).length;
  let length = 0;
  for (const block of blocks) {
    if (!isActions(block)) {
      const size = sizeOf(block);
      if (count >= LIMITS.blocksInMessage || length + size > LIMITS.messageBlocksText) continue;
      count += 1;
      length += size;
    }
    kept.push(block);
  }
  return kept;
}

const isActions = (block: KnownBlock): boolean => block.type === 'actions';

/** A table is mostly brackets: of it only what people read counts. */
const sizeOf = (block: KnownBlock): number =>
  block.type === 'table' ? cellsOf(block).flat().join('').length : JSON.stringify(block).length;

/**
 * `verbatim`: Slack makes no links of its own out of what looks like an address or a channel
 * (docs.slack.dev/reference/block-kit/composition-objects/text-object).
 */
const mrkdwnText = ({ mrkdwn }: Mrkdwn, max: number): MrkdwnElement => ({
  type: 'mrkdwn',
  text: clampMrkdwn(mrkdwn, max),
  verbatim: true,
});
const plainText = (text: string, max: number): PlainTextElement => ({
  type: 'plain_text',
  text: clamp(clean(text), max).trim() || '–',
  emoji: false,
});

export const section = (text: Mrkdwn): KnownBlock => ({
  type: 'section',
  text: mrkdwnText(text, LIMITS.sectionText),
});

/** Foreign prose: no mark-up is read in it at all. */
export const plain = (text: string): KnownBlock => ({
  type: 'section',
  text: plainText(text, LIMITS.sectionText),
});

/** Of our own words. */
export const header = (text: string): KnownBlock => ({
  type: 'header',
  text: plainText(text, LIMITS.headerText),
});

/** Small print; a plain string is foreign prose. */
export const context = (list: readonly (Mrkdwn | string)[]): KnownBlock => ({
  type: 'context',
  elements: list
    .slice(0, LIMITS.contextElements)
    .map((part) =>
      typeof part === 'string'
        ? plainText(oneLine(part), LIMITS.contextText)
        : mrkdwnText(part, LIMITS.contextText),
    ),
});

export interface ButtonOptions {
  readonly action: string;
  readonly text: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  /** What a screen reader says where the text alone does not tell. */
  readonly label: string;
}

export const actions = (id: string, buttons: readonly ButtonOptions[]): KnownBlock => ({
  type: 'actions',
  block_id: id,
  elements: buttons.slice(0, LIMITS.actionsElements).map(button),
});

export interface MenuOption {
  readonly text: string;
  readonly value: string;
  readonly description: string;
}

/** Buttons with a menu behind them, for what is needed seldom. A menu without choices is left out. */
export function actionsWithMenu(
  id: string,
  buttons: readonly ButtonOptions[],
  menu: { readonly action: string; readonly options: readonly MenuOption[] },
): KnownBlock {
  const options = menu.options.slice(0, LIMITS.overflowOptions).map(({ description, text, value }) => ({
    text: plainText(text, LIMITS.optionText),
    value: clamp(value, LIMITS.optionValue),
    description: plainText(description, LIMITS.optionText),
  }));
  const last: readonly Overflow[] =
    options.length > 0 ? [{ type: 'overflow', action_id: menu.action, options }] : [];
  const room = LIMITS.actionsElements - last.length;
  return { type: 'actions', block_id: id, elements: [...buttons.slice(0, room).map(button), ...last] };
}

const button = (options: ButtonOptions): Button => ({
  type: 'button',
  action_id: options.action,
  text: plainText(options.text, LIMITS.buttonText),
  value: clamp(options.value, LIMITS.buttonValue),
  accessibility_label: clamp(oneLine(clean(options.label)), LIMITS.buttonText),
  ...(options.style && { style: options.style }),
});
