import type { Image } from '../../core/request/image.ts';
import { releasersOf } from '../../core/request/releasing.ts';
import { type RequestItem, imagesOf } from '../../core/request/request.ts';
import { type Message, message, section } from './blocks.ts';
import { approversOf, peopleOf } from './approvers.ts';
import { type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';

/** Answers to a click that changes nothing: why, and who can. */
export type ClickRefusal =
  | { readonly kind: 'not an approver'; readonly image: Image }
  | { readonly kind: 'own request'; readonly image: Image }
  | { readonly kind: 'already approved' }
  | { readonly kind: 'decided'; readonly item: RequestItem }
  | { readonly kind: 'not a releaser'; readonly image: Image }
  | { readonly kind: 'own held'; readonly image: Image }
  | { readonly kind: 'not held'; readonly item: RequestItem; readonly image?: Image }
  | { readonly kind: 'unknown request' }
  | { readonly kind: 'unsure' }
  | { readonly kind: 'not read' }
  | { readonly kind: 'own question' }
  | { readonly kind: 'enough asked' }
  | { readonly kind: 'not on the glass list'; readonly image: Image }
  | { readonly kind: 'own review'; readonly image: Image }
  | { readonly kind: 'reviewed'; readonly item: RequestItem }
  /** `button`: what is clicked again. */
  | { readonly kind: 'not opened'; readonly button?: string }
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
  'not a releaser': 'You cannot release this image.',
  'own held': 'A second person has to release what you asked for.',
  'not held': 'This image is not held back any more.',
  'unknown request': 'This request is not known here.',
  'own question': 'This is your own request.',
  'enough asked': 'This request has had enough questions.',
  'not on the glass list': 'You cannot break the glass for this.',
  'own review': 'A second person has to review this.',
  reviewed: 'No review is owed here.',
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
    case 'not a releaser': {
      const { image } = refusal;
      return mrkdwn`Only ${peopleOf(releasersOf(image))} can release this or leave it untagged (rule ${image.rule?.name ?? 'none'}). Nothing was changed.`;
    }
    case 'own held': {
      const { image } = refusal;
      return mrkdwn`You asked for it, so a second person has to look at its findings: ${peopleOf(releasersOf(image))}. That is the selfApproval setting of rule ${image.rule?.name ?? 'none'}. To take the request back, cancel it.`;
    }
    case 'not held':
      return notHeld(refusal.item, refusal.image);
    case 'unknown request':
      return mrkdwn`This request is not known here. Ask for the image again with /mirror.`;
    case 'own question':
      return mrkdwn`You asked for it, so there is nobody else to ask. What you want to add, write into the thread: those who decide read it there.`;
    case 'enough asked':
      return mrkdwn`This request has had as many questions as are recorded. Write into its thread instead; nothing was changed.`;
    case 'not on the glass list': {
      const { rule } = refusal.image;
      return rule?.breakGlass
        ? mrkdwn`Only ${peopleOf(rule.breakGlass)} can break the glass (rule ${rule.name}). Nothing was changed.`
        : mrkdwn`Rule ${rule?.name ?? 'none'} lets nobody break the glass. Nothing was changed.`;
    }
    case 'own review': {
      const { review } = refusal.image;
      const who = review ? user(review.by) : mrkdwn`somebody`;
      return mrkdwn`${who} broke the glass: a second person looks at it, who had not asked for it either: ${approversOf(refusal.image)}. Nothing was changed.`;
    }
    case 'reviewed':
      return reviewed(refusal.item);
    case 'unsure':
      return mrkdwn`Not sure whether that was recorded: the store did not answer in time. Look at the card in a moment; clicking again does no harm.`;
    case 'not read':
      return mrkdwn`The request could not be read: the database did not answer in time. Nothing was changed; click again in a minute.`;
    case 'not opened':
      return mrkdwn`Slack did not open the dialog in time, so nothing was changed. Click ${refusal.button ?? 'Deny'} again.`;
    case 'not checked':
      return mrkdwn`Slack did not say whether you may decide this, so nothing was changed. Click again in a minute; if it stays so, whoever runs the mirror looks into the bot's log.`;
    case 'not a full member':
      return mrkdwn`Only full members of this workspace can decide. Nothing was changed.`;
    default:
      return refusal satisfies never;
  }
}

function notHeld(item: RequestItem, image: Image | undefined): Mrkdwn {
  if (!image) return mrkdwn`There is nothing to release here. Nothing was changed.`;
  const { released, state } = image;
  if (released) return mrkdwn`${user(released.by)} released this ${time(released.at)}; ${STATES[state]}.`;
  const left = item.events.findLast(({ type }) => type === 'left');
  if (state === 'left' && left && 'by' in left) {
    return mrkdwn`${user(left.by)} left this untagged ${time(left.at)}. To use it, ask for it again.`;
  }
  // Only what has expired is held and cannot be released: the tick says so within a minute.
  const now = state === 'held' ? 'nobody released it in time' : STATES[state];
  return mrkdwn`There is nothing to release here any more: ${now}. Nothing was changed.`;
}

function reviewed(item: RequestItem): Mrkdwn {
  const event = item.events.findLast(({ type }) => type === 'reviewed');
  if (event?.type !== 'reviewed') return mrkdwn`No review is owed here. Nothing was changed.`;
  return mrkdwn`${user(event.by)} reviewed this ${time(event.at)}. There is nothing more to confirm.`;
}

function decided(item: RequestItem): Mrkdwn {
  const event = item.events.findLast(({ type }) =>
    ['approved', 'brokeGlass', 'denied', 'cancelled', 'expired'].includes(type),
  );
  const now = imagesOf(item).map(([, image]) => STATES[image.state])[0] ?? '';
  switch (event?.type) {
    case 'approved':
      return mrkdwn`${user(event.by)} approved this ${time(event.at)}; ${now}.`;
    case 'brokeGlass':
      return mrkdwn`${user(event.by)} broke the glass ${time(event.at)}; ${now}.`;
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
