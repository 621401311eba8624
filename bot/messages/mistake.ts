import type { Failure } from '../../core/request/failure.ts';
import { corrected, type Mistake } from '../commands/mistake.ts';
import { type Message, message, plain, section } from './blocks.ts';
import { failureText } from './failure.ts';
import { codeBlock } from './mrkdwn.ts';

/** A command that cannot be read: what is wrong, where, and the command as it was probably meant. */
export function renderMistake(text: string, mistake: Mistake): Message {
  const meant = corrected(text, mistake);
  const command = meant === undefined ? '' : `\n/mirror ${meant}`;
  return message(`${mistake.message}${command}`, [
    plain(mistake.message),
    section(codeBlock(caret(text, mistake.at))),
    ...(meant === undefined ? [] : [plain('Probably meant:'), section(codeBlock(`/mirror ${meant}`))]),
  ]);
}

/** A refusal of something that was typed, with a caret below the place it is about. */
export function renderTypedRefusal(failure: Failure, typed: { text: string; at: number }): Message {
  return message(failureText(failure), [
    plain(failure.summary),
    section(codeBlock(caret(typed.text, typed.at))),
    plain(failure.hint),
    ...(failure.command ? [section(codeBlock(failure.command))] : []),
  ]);
}

/** Narrower than Slack's code blocks on a laptop: a line that wraps has its caret below something else. */
const WIDTH = 64;
const COMMAND = '/mirror ';

/** The command as it was read, or the part around the place, and `^` below it. */
export function caret(text: string, at: number): string {
  const line = `${COMMAND}${text.replace(/\s/g, ' ')}`;
  const place = Math.min(Math.max(0, at) + COMMAND.length, line.length);
  const from = place < WIDTH - 8 ? 0 : place - WIDTH / 2;
  const end = from + WIDTH;
  const shown = `${from > 0 ? '…' : ''}${line.slice(from, end)}${end < line.length ? '…' : ''}`;
  return `${shown}\n${' '.repeat(place - from + (from > 0 ? 1 : 0))}^`;
}
