import { familiarReference } from '../../core/oci/reference.ts';
import type { Entry, Image } from '../../core/request/image.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { Links } from '../slack/links.ts';
import { bold, firstLine, joined, link, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';
import { statusOf } from './status.ts';
import { listing, plural } from './words.ts';

/** One request in a list: what it is, how it stands, and who asked for it when; its id leads to the card. */
export function requestLines(item: RequestItem, links: Links): Mrkdwn {
  return joined([mrkdwn`${requestTitle(item)}   ${requestStatus(item)}`, requestFoot(item, links)], '\n');
}

/** `nginx:1.21-alpine → base-images/nginx:1.21-alpine`, `3 images: nginx:1.21-alpine, redis:7 and 1 more`. */
export function requestTitle(item: RequestItem): Mrkdwn {
  const entries = Object.values(item.entries);
  const [only] = entries;
  if (only && entries.length === 1) return entryTitle(only);
  return mrkdwn`${bold(plural(entries.length, 'image'))}: ${names(entries)}`;
}

export const entryTitle = ({ source, target }: Entry): Mrkdwn =>
  mrkdwn`${bold(familiarReference(source))}  →  ${bold(`${target.repository}:${target.tag}`)}`;

/** More than these are counted. */
const NAMED = 3;

export function names(entries: readonly Entry[]): string {
  const all = entries.map(({ source }) => familiarReference(source));
  const more = all.length - NAMED;
  return more > 0 ? `${all.slice(0, NAMED).join(', ')} and ${more} more` : listing(all);
}

/** One mark and the words that say the same. */
export function requestStatus(item: RequestItem): Mrkdwn {
  if (item.state === 'resolving') return mrkdwn`● ${lookUpWords(item)}`;
  const images = imagesOf(item);
  const [only] = images;
  if (only && images.length === 1) return firstLine(statusOf(item, ...only));
  return mrkdwn`${summary(images.map(([, image]) => image)) || item.state}`;
}

function lookUpWords(item: RequestItem): string {
  const waits = item.events.findLast((event) => event.type === 'delayed');
  return waits?.type === 'delayed' ? `being looked up: ${waits.summary}` : 'being looked up';
}

/** `● 2 waiting · ✓ 18 in ECR · ✕ 1 not copied`: the kinds that there are. */
export function summary(images: readonly Image[]): string {
  const count = (...states: readonly Image['state'][]): number =>
    images.filter(({ state }) => states.includes(state)).length;
  const kinds = [
    ['●', count('ready', 'held'), 'waiting'],
    ['◐', count('queued', 'copying', 'pushed'), 'being copied'],
    ['✓', count('copied', 'unchanged'), 'in ECR'],
    ['✕', count('refused', 'rejected', 'expired', 'cancelled', 'left', 'failed'), 'not copied'],
  ] as const;
  return kinds.flatMap(([mark, n, word]) => (n > 0 ? [`${mark} ${n} ${word}`] : [])).join(' · ');
}

export function requestFoot(item: RequestItem, links: Links): Mrkdwn {
  const by =
    item.requester === undefined ? mrkdwn`Asked for by itself` : mrkdwn`${user(item.requester)} asked`;
  return mrkdwn`${by} ${time(item.createdAt)} · ${requestLink(item, links)}`;
}

/** The id, leading to the card where there is one. */
export const requestLink = (item: RequestItem, links: Links): Mrkdwn =>
  link(links.to(item.notifier.card), item.id);
