import type { AskedPart } from '../list/ask-list.ts';
import type { BadLine, ListReading } from '../list/read-list.ts';
import { context, type Message, message, plain, section } from './blocks.ts';
import { type Mrkdwn, mrkdwn } from './mrkdwn.ts';
import { listing, plural } from './words.ts';

export interface ListAsked {
  readonly parts: readonly AskedPart[];
  readonly reading: ListReading;
  readonly paused: boolean;
  /** Where the cards will stand. */
  readonly where: Mrkdwn;
}

/** The first answer to whoever asked for a list: how many, in which requests, and what of the list was left out. */
export function renderListAsked({ parts, paused, reading, where }: ListAsked): Message {
  const count = reading.lines.length;
  const what = `${plural(count, 'image')}${parts.length > 1 ? ` in ${plural(parts.length, 'request')}` : ''}`;
  const shows = parts.length > 1 ? 'Their cards' : 'The request';
  const head = paused
    ? mrkdwn`● Mirroring is paused. Your list of ${what} is kept: when it goes on, it is looked up and appears ${where}.`
    : mrkdwn`Looking up ${what}. ${shows} will appear ${where}.`;
  const ids = parts.flatMap(({ item }) => (item ? [item.id] : []));
  const unsure = parts.filter(({ item }) => !item);
  return message(head, [
    section(ids.length > 0 ? mrkdwn`${head} (${ids.join(', ')})` : head),
    ...(unsure.length > 0 ? [plain(unsureText(unsure))] : []),
    ...(reading.merged.length > 0 ? [context([mergedText(reading)])] : []),
    ...(reading.bad.length > 0
      ? [context([`${plural(reading.bad.length, 'line')} left out: ${numbers(reading.bad)}`])]
      : []),
  ]);
}

function unsureText(parts: readonly AskedPart[]): string {
  const images = parts.reduce((sum, { entries }) => sum + Object.keys(entries).length, 0);
  return `The database did not answer, so it is not sure whether ${plural(images, 'image')} of them ${images === 1 ? 'was' : 'were'} asked for. If no request appears in two minutes, ask for those again: nothing is asked for twice.`;
}

/** `3 lines are doubles and asked for once: line 7 as line 2 (nginx:1.21), …`. */
function mergedText({ merged }: ListReading): string {
  const shown = merged.slice(0, 5).map(({ line, as, name }) => `line ${line} as line ${as} (${name})`);
  const more = merged.length - shown.length;
  const all = more > 0 ? `${shown.join(', ')} and ${more} more` : listing(shown);
  return `${plural(merged.length, 'line is a double', 'lines are doubles')} and asked for once: ${all}`;
}

const numbers = (bad: readonly BadLine[]): string => {
  const shown = bad.slice(0, 20).map(({ line }) => String(line));
  return bad.length > shown.length
    ? `${shown.join(', ')} and ${bad.length - shown.length} more`
    : listing(shown);
};

/** Lines that cannot be used, each with what was probably meant, as far as there is room. */
export function badLinesText(bad: readonly BadLine[], max = 1_500): string {
  const told: string[] = [];
  let length = 0;
  for (const { line, meant, problem } of bad) {
    const text = `Line ${line}: ${problem}${meant === undefined ? '' : ` Probably meant: ${meant}`}`;
    length += text.length + 1;
    if (length > max && told.length > 0) break;
    told.push(text.slice(0, max));
  }
  const more = bad.length - told.length;
  return [...told, ...(more > 0 ? [`and ${plural(more, 'more line')}.`] : [])].join('\n');
}

/** Where no dialog can be opened: nothing was asked for, and why. */
export function renderBadList({ bad, lines }: ListReading): Message {
  const head =
    bad.length === 0
      ? 'There is no image in this list, so nothing was asked for.'
      : `${plural(bad.length, 'line')} of ${bad.length + lines.length} cannot be used, so nothing was asked for.`;
  return message(head, [plain(head), ...(bad.length > 0 ? [plain(badLinesText(bad, 2_500))] : [])]);
}
