import type { KnownBlock } from '@slack/types';
import { familiarReference } from '../../core/oci/reference.ts';
import type { Image, ImageId } from '../../core/request/image.ts';
import { type RequestItem, imagesOf, isSingle } from '../../core/request/request.ts';
import { askedOf } from './approvers.ts';
import { askerOf } from './asker.ts';
import { context, type Message, message, section } from './blocks.ts';
import { decisionButtons, laterButtons } from './card-buttons.ts';
import { details, sizeOfOne } from './details.ts';
import { nextStep } from './failure.ts';
import { heldButtons } from './gate.ts';
import { joined, type Mrkdwn, mrkdwn, time } from './mrkdwn.ts';
import { listCard, listFootnote } from './list-card.ts';
import { pausedNote } from './paused.ts';
import { entryTitle } from './request-lines.ts';
import { renderNotice, scheduleNotes } from './schedule-notes.ts';
import { isWorking, statusOf } from './status.ts';
import { bytes, plural } from './words.ts';

/** The request's one channel message: all that is needed to decide while it waits, two lines once it is decided. */
export function renderCard(item: RequestItem, paused = false): Message {
  if (imagesOf(item).length === 0 && item.schedule) return renderNotice(item);
  const waiting = imagesOf(item).some(([, image]) => image.state === 'ready');
  return message(sentence(item), [
    ...(isSingle(item) ? single(item) : listCard(item)),
    ...(waiting ? [decisionButtons(item), footnote(item)] : [asked(item), ...laterButtons(item)]),
    ...scheduleNotes(item),
    ...(paused ? pausedNote(item) : []),
  ]);
}

const single = (item: RequestItem): KnownBlock[] =>
  imagesOf(item).flatMap(([id, image]) => [
    section(joined([entryTitle(image), statusOf(item, id, image)], '\n')),
    ...(image.state === 'ready' ? [section(joined(details(item, image), '\n'))] : []),
    ...(image.state === 'held' ? [heldButtons(item, id, image)] : []),
    // Of a run of a schedule: nobody is told privately.
    ...(image.state === 'refused' && image.failure ? nextStep(image.failure) : []),
  ]);

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
    return mrkdwn`${askerOf(item)} asks to mirror ${what}${about}. It waits for ${askedOf(waiting)}.`;
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

function footnote(item: RequestItem): KnownBlock {
  if (!isSingle(item)) return context([joined(listFootnote(item), ' · '), ...reason(item)]);
  const waiting = imagesOf(item).flatMap(([, image]) => (image.state === 'ready' ? [image] : []));
  const [first] = waiting;
  const rule = first?.rule;
  const parts = [mrkdwn`${askerOf(item)} asks`];
  if (rule) {
    const why = rule.matched ? ` (${rule.matched})` : '';
    parts.push(mrkdwn`rule ${rule.name}${why}: ${plural(rule.approvals, 'approval')}`);
  }
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
