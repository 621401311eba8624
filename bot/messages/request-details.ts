import type { KnownBlock } from '@slack/types';
import type { RequestEvent } from '../../core/request/event.ts';
import type { Image, ImageId } from '../../core/request/image.ts';
import { imagesOf, isSingle, type RequestItem } from '../../core/request/request.ts';
import { IDS } from '../ids.ts';
import type { Links } from '../slack/links.ts';
import { actions, context, type Message, message, plain, section } from './blocks.ts';
import { details } from './details.ts';
import { failureBlocks } from './failure.ts';
import { channel, code, firstLine, joined, link, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';
import { pullLines } from './pull.ts';
import { entryTitle, requestFoot, requestStatus, requestTitle, summary } from './request-lines.ts';
import { statusOf } from './status.ts';

/** What `/mirror status M-7F3K` answers: how it stands, what happened so far, and where the card is. */
export function renderRequestDetails(
  item: RequestItem,
  { links, mayCancel }: { readonly links: Links; readonly mayCancel: boolean },
): Message {
  return message(mrkdwn`${item.id}: ${requestTitle(item)} ${requestStatus(item)}`, [
    ...(isSingle(item) ? single(item) : list(item)),
    ...story(item),
    context([joined([requestFoot(item, links), ...place(item, links)], ' · '), ...reason(item)]),
    ...(mayCancel ? [cancelButton(item)] : []),
  ]);
}

function single(item: RequestItem): KnownBlock[] {
  const [only] = imagesOf(item);
  if (!only) return [section(joined([requestTitle(item), requestStatus(item)], '\n'))];
  const [id, image] = only;
  return [
    section(joined([entryTitle(image), statusOf(item, id, image)], '\n')),
    ...(image.state === 'ready' ? [section(joined(details(item, image), '\n'))] : []),
    ...(image.failure && isOver(image) ? failureBlocks(image.failure, { mark: false }) : []),
    ...(isThere(image) ? pullLines(image).map(section) : []),
  ];
}

/** An end that its failure explains; of one that waits the status line tells already. */
const isOver = ({ state }: Image): boolean => state === 'failed' || state === 'refused';

const isThere = ({ state }: Image): boolean => state === 'copied' || state === 'unchanged';

/** Two lines an image, five images a block. */
const IMAGES_A_BLOCK = 5;

function list(item: RequestItem): KnownBlock[] {
  const images = imagesOf(item);
  if (images.length === 0) return [section(joined([requestTitle(item), requestStatus(item)], '\n'))];
  const lines = images.map(([id, image]) => imageLines(item, id, image));
  const blocks: KnownBlock[] = [
    section(mrkdwn`${requestTitle(item)}   ${summary(images.map(([, image]) => image))}`),
  ];
  for (let at = 0; at < lines.length; at += IMAGES_A_BLOCK) {
    blocks.push(section(joined(lines.slice(at, at + IMAGES_A_BLOCK), '\n')));
  }
  return blocks;
}

const imageLines = (item: RequestItem, id: ImageId, image: Image): Mrkdwn =>
  joined([entryTitle(image), firstLine(statusOf(item, id, image))], '\n');

/** The last things that happened, oldest first. */
const EVENTS_SHOWN = 6;

function story(item: RequestItem): KnownBlock[] {
  const lines = item.events.flatMap((event) => eventLine(event) ?? []).slice(-EVENTS_SHOWN);
  return lines.length > 0 ? [section(joined(lines, '\n'))] : [];
}

function eventLine(event: RequestEvent): Mrkdwn | undefined {
  const what = WORDS[event.type];
  if (what === undefined) return undefined;
  const by = 'by' in event && event.by ? mrkdwn` by ${user(event.by)}` : mrkdwn``;
  return mrkdwn`${time(event.at)}  ${what}${by}`;
}

/** What people did and how it ended; the rest is in the status line. */
const WORDS: Readonly<Partial<Record<RequestEvent['type'], string>>> = {
  offered: 'offered for approval',
  approved: 'approved',
  denied: 'denied',
  cancelled: 'cancelled',
  expired: 'expired',
  retried: 'tried again',
  copied: 'put into ECR',
  failed: 'not copied',
  scanned: 'scanned',
};

function place(item: RequestItem, links: Links): readonly Mrkdwn[] {
  const { card } = item.notifier;
  if (!card) return [];
  const url = links.to(card);
  return [url === undefined ? mrkdwn`in ${channel(card.channel)}` : link(url, 'open the card')];
}

const reason = (item: RequestItem): readonly string[] => (item.reason ? [`“${item.reason}”`] : []);

const cancelButton = (item: RequestItem): KnownBlock =>
  actions(IDS.cancelBlock, [
    {
      action: IDS.cancel,
      text: 'Cancel request',
      value: item.id,
      style: 'danger',
      label: `Cancel ${item.id}`,
    },
  ]);

/** Nothing by this id, or nothing of this workspace. */
export const unknownRequest = (id: string): Message =>
  message(`There is no request ${id} here.`, [
    plain(
      `There is no request ${id} here. Its id is in the last line of its card; /mirror mine lists yours.`,
    ),
  ]);

/** What was typed behind `status` is neither. */
export const noSuchThing = (text: string): Message =>
  message(`${text} is no request and no repository.`, [
    section(
      mrkdwn`${code(text)} is no request and no repository. A request is ${code('M-7F3K')}, a repository ${code('base-images/nginx')}.`,
    ),
  ]);
