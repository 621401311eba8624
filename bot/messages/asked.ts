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
  if (item.dryRun && !paused) {
    const about =
      only && entries.length === 1 ? familiarReference(only.source) : plural(entries.length, 'image');
    const text = mrkdwn`Looking up ${about}. Only you will read what would happen; nobody is asked.`;
    return message(text, [section(mrkdwn`${text} (${item.id})`)]);
  }
  if (only && entries.length === 1) return (paused ? kept : lookingUp)(only.source, item.id, where);
  const what = plural(entries.length, 'image');
  const text = paused
    ? mrkdwn`● Mirroring is paused. Your request for ${what} is kept: when it goes on, they are looked up and it appears ${where}.`
    : mrkdwn`Looking up ${what}. The request will appear ${where}.`;
  return message(text, [section(mrkdwn`${text} (${item.id})\n${names(entries)}`)]);
}

/** The database did not answer: it may be asked for or not. */
export function renderUnsure(entries: readonly Entry[]): Message {
  const [only] = entries;
  const what =
    only && entries.length === 1 ? familiarReference(only.source) : plural(entries.length, 'image');
  const head = `The database did not answer, so it is not sure whether ${what} ${entries.length === 1 ? 'was' : 'were'} asked for.`;
  return message(head, [
    plain(`${head} If no request appears in two minutes, ask again: nothing is asked for twice.`),
  ]);
}
