import { expect } from '@jest/globals';
import { checkMessageBlocks } from '../../../local/slack/block-kit/blocks.ts';
import type { Message } from '../../../bot/messages/blocks.ts';

/** What our own renderers put between angle brackets: people, groups, channels by id, times, and links to cards. */
const OURS =
  /<(?:@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|#[CG][A-Z0-9]+|!date\^\d+\^\{date_short_pretty\} at \{time\}\|[-0-9: ]+UTC|https:\/\/acme\.slack\.com\/archives\/C1\/p12\|(?:M-[0-9A-Z]+|open the card))>/g;

export interface TextObject {
  readonly type: string;
  readonly text: string;
  readonly verbatim?: boolean;
}

/** Every text object of a message, in order. */
export function textObjects(message: Pick<Message, 'blocks'>): readonly TextObject[] {
  const found: TextObject[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) {
      if ('text' in value && typeof value.text === 'string' && 'type' in value) {
        found.push({
          type: String(value.type),
          text: value.text,
          ...('verbatim' in value && { verbatim: value.verbatim === true }),
        });
      } else Object.values(value).forEach(walk);
    }
  };
  walk(message.blocks);
  return found;
}

/** What a person reads, block by block, as one text. */
export const read = (message: Message): string =>
  textObjects(message)
    .map(({ text }) => text)
    .join('\n');

/** What must hold for everything the bot says, whatever it is made of. */
export function expectSayable(message: Message): void {
  expect(problemsOf(message)).toEqual([]);
}

/** One list and one comparison: it is asked tens of thousands of times. */
function problemsOf(message: Message): readonly string[] {
  const problems: string[] = [];
  const check = (holds: boolean, what: string) => {
    if (!holds) problems.push(what);
  };
  const checked = checkMessageBlocks(message.blocks);
  check(checked.kind === 'valid', `Slack refuses the blocks: ${JSON.stringify(checked)}`);
  check(message.blocks.length > 0, 'no blocks');
  check(message.text.trim() !== '', 'no text beside the blocks');
  check(message.text.length <= 3_900, 'the text beside the blocks is too long');
  check(hasOnlyOurMarks(message.text), `a mark that is not ours: ${message.text}`);
  const texts = textObjects(message);
  for (const { type, text, verbatim } of texts) {
    check(text.trim() !== '', `an empty ${type}`);
    if (type !== 'mrkdwn') continue;
    // Slack makes no links of its own where the text is verbatim.
    check(verbatim === true, `not verbatim: ${text}`);
    check(hasOnlyOurMarks(text), `a mark that is not ours: ${text}`);
    check(hasClosedCode(text), `code that is not closed: ${text}`);
  }
  const all = `${message.text} ${texts.map(({ text }) => text).join(' ')}`;
  check(!/undefined|NaN|\[object/.test(all), `something of JavaScript: ${all}`);
  // Nothing that hides or reorders what a reader sees.
  check(!/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.test(all), 'a hidden character');
  return problems;
}

const hasOnlyOurMarks = (text: string): boolean =>
  !/[<>]/.test(text.replace(OURS, '')) && !text.replace(/&(amp|lt|gt);/g, '').includes('&');

/** Fences come in pairs, and outside of them so do backticks on each line. */
function hasClosedCode(text: string): boolean {
  const parts = text.split('```');
  if (parts.length % 2 === 0) return false;
  return parts.every(
    (part, at) => at % 2 === 1 || part.split('\n').every((line) => line.split('`').length % 2 === 1),
  );
}

/** A whole sentence: it begins with a name, a capital or a number and ends like one. */
export function expectSentence(text: string): void {
  expect(text).toMatch(/^(?:<[@!][^>]+>|[A-Z0-9a-z✓✕●◐⚠])/);
  expect(text).toMatch(/[\p{L}\p{N}).…:?]$/u);
  expect(text.trim().split(/\s+/).length).toBeGreaterThanOrEqual(3);
}
