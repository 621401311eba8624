import { familiarReference } from '../../core/oci/reference.ts';
import type { Entry } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { type Message, message, plain, section } from './blocks.ts';
import { type Mrkdwn, mrkdwn } from './mrkdwn.ts';
import { kept, lookingUp } from './private.ts';
import { names } from './request-lines.ts';
import { plural } from './words.ts';

/** The first answer to whoever asked; `where` = where the card will stand. */
export function renderAsked(
  item: RequestItem,
  { paused, where }: { readonly paused: boolean; readonly where: Mrkdwn },
): Message {
  const entries = Object.values(item.entries);
  const [only] = entries;
  const what = whatOf(entries);
  if (item.dryRun && !paused) {
    const text = mrkdwn`Looking up ${what}. Only you will read what would happen; nobody is asked.`;
    return message(text, [section(mrkdwn`${text} (${item.id})`)]);
  }
  if (only && entries.length === 1) return (paused ? kept : lookingUp)(only.source, item.id, where);
  const text = paused
    ? mrkdwn`● Mirroring is paused. Your request for ${what} is kept: when it goes on, they are looked up and it appears ${where}.`
    : mrkdwn`Looking up ${what}. The request will appear ${where}.`;
  return message(text, [section(mrkdwn`${text} (${item.id})\n${names(entries)}`)]);
}

/** The database did not answer: it may be asked for or not. */
export function renderUnsure(entries: readonly Entry[]): Message {
  const head = `The database did not answer, so it is not sure whether ${whatOf(entries)} ${entries.length === 1 ? 'was' : 'were'} asked for.`;
  return message(head, [
    plain(`${head} If no request appears in two minutes, ask again: nothing is asked for twice.`),
  ]);
}

function whatOf(entries: readonly Entry[]): string {
  const [only] = entries;
  return only && entries.length === 1 ? familiarReference(only.source) : plural(entries.length, 'image');
}
