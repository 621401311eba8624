import type { Image, RequestItem } from '../../core/request/request.ts';
import { imagesOf } from '../../core/request/request.ts';
import { type Message, message, section } from './blocks.ts';
import { approversOf } from './approvers.ts';
import { type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';

/** Answers to a click that changes nothing: why, and who can. */
export type ClickRefusal =
  | { readonly kind: 'not an approver'; readonly image: Image }
  | { readonly kind: 'own request'; readonly image: Image }
  | { readonly kind: 'already approved' }
  | { readonly kind: 'decided'; readonly item: RequestItem }
  | { readonly kind: 'unknown request' }
  | { readonly kind: 'unsure' }
  | { readonly kind: 'not read' }
  | { readonly kind: 'not opened' }
  | { readonly kind: 'not checked' }
  | { readonly kind: 'not a full member' };

export function renderClickRefusal(refusal: ClickRefusal): Message {
  const text = words(refusal);
  return message(sentences[refusal.kind], [section(text)]);
}

const sentences: Readonly<Record<ClickRefusal['kind'], string>> = {
  'not an approver': 'You cannot decide this request.',
  'own request': 'A second person has to decide your own request.',
  'already approved': 'You have already approved this.',
  decided: 'This request is already decided.',
  'unknown request': 'This request is not known here.',
  unsure: 'Not sure whether that was recorded.',
  'not read': 'The request could not be read, so nothing was changed.',
  'not opened': 'The dialog did not open, so nothing was changed.',
  'not checked': 'Your authority could not be checked.',
  'not a full member': 'Guests and apps cannot decide.',
};

function words(refusal: ClickRefusal): Mrkdwn {
  switch (refusal.kind) {
    case 'not an approver': {
      const { image } = refusal;
      return mrkdwn`Only ${approversOf(image)} can decide this (rule ${image.rule?.name ?? 'none'}). Nothing was changed.`;
    }
    case 'own request': {
      const { image } = refusal;
      return mrkdwn`You asked for it, so a second person has to look: ${approversOf(image)}. That is the selfApproval setting of rule ${image.rule?.name ?? 'none'}.`;
    }
    case 'already approved':
      return mrkdwn`You have already approved this. It needs another person's approval too.`;
    case 'decided':
      return decided(refusal.item);
    case 'unknown request':
      return mrkdwn`This request is not known here. Ask for the image again with /mirror.`;
    case 'unsure':
      return mrkdwn`Not sure whether that was recorded: the store did not answer in time. Look at the card in a moment; clicking again does no harm.`;
    case 'not read':
      return mrkdwn`The request could not be read: the database did not answer in time. Nothing was changed; click again in a minute.`;
    case 'not opened':
      return mrkdwn`Slack did not open the dialog in time, so nothing was changed. Click Deny again.`;
    case 'not checked':
      return mrkdwn`Slack did not say whether you may decide this, so nothing was changed. Click again in a minute; if it stays so, whoever runs the mirror looks into the bot's log.`;
    case 'not a full member':
      return mrkdwn`Only full members of this workspace can decide. Nothing was changed.`;
    default:
      return refusal satisfies never;
  }
}

function decided(item: RequestItem): Mrkdwn {
  const event = item.events.findLast(({ type }) =>
    ['approved', 'denied', 'cancelled', 'expired'].includes(type),
  );
  const now = imagesOf(item).map(([, image]) => STATES[image.state])[0] ?? '';
  switch (event?.type) {
    case 'approved':
      return mrkdwn`${user(event.by)} approved this ${time(event.at)}; ${now}.`;
    case 'denied':
      return mrkdwn`${user(event.by)} denied this ${time(event.at)}. Nothing is copied.`;
    case 'cancelled':
      return mrkdwn`${user(event.by)} cancelled this ${time(event.at)}. Nothing is copied.`;
    case 'expired':
      return mrkdwn`This expired ${time(event.at)}. Ask for the image again with /mirror.`;
    default:
      return mrkdwn`There is nothing to decide here any more; ${now}.`;
  }
}

const STATES: Readonly<Record<Image['state'], string>> = {
  // Only what has expired waits and cannot be decided: the tick says so within a minute.
  ready: 'it has expired',
  queued: 'it waits for a worker',
  copying: 'it is being copied',
  pushed: 'it waits for its scan',
  held: 'its scan holds it back',
  refused: 'it was refused',
  unchanged: 'it was already in ECR',
  rejected: 'it was denied',
  expired: 'it expired',
  cancelled: 'it was cancelled',
  left: 'it was left untagged',
  copied: 'it is in ECR',
  failed: 'the copy failed',
};
