import { expect } from '@jest/globals';
import { checkMessageBlocks } from '../../../local/slack/block-kit/blocks.ts';
import type { Message } from '../../../bot/messages/blocks.ts';

/** What our own renderers put between angle brackets: people, groups, channels by id, and times. */
const OURS =
  /<(?:@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|#[CG][A-Z0-9]+|!date\^\d+\^\{date_short_pretty\} at \{time\}\|[-0-9: ]+UTC)>/g;

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
  expect(checkMessageBlocks(message.blocks)).toMatchObject({ kind: 'valid' });
  expect(message.blocks.length).toBeGreaterThan(0);
  expect(message.text.trim()).not.toBe('');
  expect(message.text.length).toBeLessThanOrEqual(3_900);
  const texts = textObjects(message);
  for (const { type, text, verbatim } of texts) {
    expect(text.trim()).not.toBe('');
    if (type !== 'mrkdwn') continue;
    // Slack makes no links of its own where the text is verbatim.
    expect(verbatim).toBe(true);
    expectOnlyOurMarks(text);
    expectClosedCode(text);
  }
  expectOnlyOurMarks(message.text);
  const all = `${message.text} ${texts.map(({ text }) => text).join(' ')}`;
  expect(all).not.toMatch(/undefined|NaN|\[object/);
  // Nothing that hides or reorders what a reader sees.
  expect(all).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/);
}

function expectOnlyOurMarks(text: string): void {
  expect(text.replace(OURS, '')).not.toMatch(/[<>]/);
  expect(text.replace(/&(amp|lt|gt);/g, '')).not.toContain('&');
}

/** Fences come in pairs, and outside of them so do backticks on each line. */
function expectClosedCode(text: string): void {
  const parts = text.split('```');
  expect(parts.length % 2).toBe(1);
  for (const outside of parts.filter((_, at) => at % 2 === 0)) {
    for (const line of outside.split('\n')) expect(line.split('`').length % 2).toBe(1);
  }
}

/** A whole sentence: it begins with a name, a capital or a number and ends like one. */
export function expectSentence(text: string): void {
  expect(text).toMatch(/^(?:<[@!][^>]+>|[A-Z0-9a-z✓✕●◐⚠])/);
  expect(text).toMatch(/[\p{L}\p{N}).…:]$/u);
  expect(text.trim().split(/\s+/).length).toBeGreaterThanOrEqual(3);
}
