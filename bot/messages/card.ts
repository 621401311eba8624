import type { KnownBlock } from '@slack/types';
import { familiarReference } from '../../core/oci/reference.ts';
import type { Image, ImageId, RequestItem } from '../../core/request/request.ts';
import { imagesOf, isSingle } from '../../core/request/request.ts';
import { IDS } from '../ids.ts';
import { approversOf } from './approvers.ts';
import { askerOf } from './asker.ts';
import { actions, context, type Message, message, section } from './blocks.ts';
import { details, sizeOfOne } from './details.ts';
import { bold, joined, type Mrkdwn, mrkdwn, time } from './mrkdwn.ts';
import { pausedNote } from './paused.ts';
import { isWorking, statusOf } from './status.ts';
import { bytes, plural } from './words.ts';

/** The request's one channel message: all that is needed to decide while it waits, two lines once it is decided. */
export function renderCard(item: RequestItem, paused = false): Message {
  const waiting = imagesOf(item).some(([, image]) => image.state === 'ready');
  return message(sentence(item), [
    ...(isSingle(item) ? single(item) : list(item)),
    ...(waiting ? [decisionButtons(item), footnote(item)] : [asked(item)]),
    ...(paused ? pausedNote(item) : []),
  ]);
}

const single = (item: RequestItem): KnownBlock[] =>
  imagesOf(item).flatMap(([id, image]) => [
    section(joined([title(image), statusOf(item, id, image)], '\n')),
    ...(image.state === 'ready' ? [section(joined(details(item, image), '\n'))] : []),
  ]);

/** Two lines an image, several images a block: a list of 25 stays within Slack's 50 blocks. */
const IMAGES_A_BLOCK = 5;

function list(item: RequestItem): KnownBlock[] {
  const lines = imagesOf(item).map(([id, image]) => joined([title(image), statusOf(item, id, image)], '\n'));
  const blocks: KnownBlock[] = [];
  for (let at = 0; at < lines.length; at += IMAGES_A_BLOCK) {
    blocks.push(section(joined(lines.slice(at, at + IMAGES_A_BLOCK), '\n')));
  }
  return blocks;
}

/** `Alice asks to mirror nginx:1.21-alpine to base-images/nginx (24 MB, 7 platforms)`: what a notification shows. */
function sentence(item: RequestItem): Mrkdwn {
  const images = imagesOf(item).map(([, image]) => image);
  const [first] = images;
  const single = first !== undefined && isSingle(item);
  const what = single
    ? mrkdwn`${familiarReference(first.source)} to ${first.target.repository}`
    : mrkdwn`${plural(Object.keys(item.entries).length, 'image')}`;
  const waiting = images.find(({ state }) => state === 'ready');
  if (waiting) {
    const about = single && first.facts ? mrkdwn` (${shortFacts(first)})` : mrkdwn``;
    return mrkdwn`${askerOf(item)} asks to mirror ${what}${about}. It waits for ${approversOf(waiting)}.`;
  }
  const now = single ? `it ${SAID[first.state]}` : item.state === 'finished' ? 'all done' : 'under way';
  return mrkdwn`${askerOf(item)} asked to mirror ${what}: ${now}.`;
}

const shortFacts = (image: Image): string =>
  [
    bytes(sizeOfOne(image)),
    ...((image.facts?.platforms.length ?? 0) > 1
      ? [plural(image.facts?.platforms.length ?? 0, 'platform')]
      : []),
  ].join(', ');

const SAID: Readonly<Record<Image['state'], string>> = {
  ready: 'waits for approval',
  queued: 'is approved and waits for a worker',
  copying: 'is being copied',
  pushed: 'is copied and waits for its scan',
  held: 'is held back by its scan',
  refused: 'was not offered',
  unchanged: 'is in ECR already',
  rejected: 'was denied',
  expired: 'expired',
  cancelled: 'was cancelled',
  left: 'was left untagged',
  copied: 'is in ECR',
  failed: 'was not copied',
};

const title = (image: Image): Mrkdwn =>
  mrkdwn`${bold(familiarReference(image.source))}  →  ${bold(`${image.target.repository}:${image.target.tag}`)}`;

const decisionButtons = (item: RequestItem) => {
  const what = isSingle(item)
    ? imagesOf(item).map(([, { source }]) => familiarReference(source))[0]
    : item.id;
  return actions(IDS.decisionBlock, [
    { action: IDS.approve, text: 'Approve', value: item.id, style: 'primary', label: `Approve ${what}` },
    { action: IDS.deny, text: 'Deny', value: item.id, style: 'danger', label: `Deny ${what}` },
  ]);
};

function footnote(item: RequestItem): KnownBlock {
  const waiting = imagesOf(item).flatMap(([, image]) => (image.state === 'ready' ? [image] : []));
  const [first] = waiting;
  const rule = first?.rule;
  const parts = [mrkdwn`${askerOf(item)} asks`];
  if (rule) parts.push(mrkdwn`rule ${rule.name}: ${plural(rule.approvals, 'approval')}`);
  if (first?.expiresAt !== undefined) parts.push(mrkdwn`expires ${time(first.expiresAt)}`);
  parts.push(mrkdwn`${item.id}`);
  return context([joined(parts, ' · '), ...reason(item)]);
}

const asked = (item: RequestItem): KnownBlock =>
  context([mrkdwn`${askerOf(item)} asked · ${item.id}`, ...reason(item)]);

const reason = (item: RequestItem): readonly string[] => (item.reason ? [`“${item.reason}”`] : []);

/** How far the copying images are, in bytes; the card is edited when it moved. */
export function progressBytes(item: RequestItem): number {
  return imagesOf(item).reduce(
    (sum: number, [id, image]: readonly [ImageId, Image]) =>
      isWorking(image) ? sum + (item.work[id]?.progress?.doneBytes ?? 0) : sum,
    0,
  );
}
