import type { RequestItem } from '../../core/request/request.ts';
import { hasCard } from '../../core/request/deliveries.ts';
import { type Message, message, plain, section } from './blocks.ts';
import { mrkdwn, user } from './mrkdwn.ts';
import { unknownRequest } from './request-details.ts';
import { requestStatus, requestTitle } from './request-lines.ts';

/** What became of a cancel, for the one who asked for it. */
export type CancelAnswer =
  | { readonly kind: 'cancelled'; readonly item: RequestItem }
  | { readonly kind: 'too late'; readonly item: RequestItem }
  | { readonly kind: 'not yours'; readonly item: RequestItem }
  | { readonly kind: 'not checked'; readonly item: RequestItem }
  | { readonly kind: 'unknown'; readonly id: string }
  | { readonly kind: 'not read'; readonly id: string }
  | { readonly kind: 'unsure'; readonly id: string };

export function renderCancelAnswer(answer: CancelAnswer): Message {
  switch (answer.kind) {
    case 'cancelled': {
      const { item } = answer;
      const thread = hasCard(item) ? ' Its thread says so.' : '';
      return message(`${item.id} is cancelled.`, [
        section(
          mrkdwn`${item.id} is cancelled: ${requestTitle(item)}. What has no tag yet gets none.${thread}`,
        ),
      ]);
    }
    case 'too late': {
      const { item } = answer;
      return message(`It is too late to cancel ${item.id}.`, [
        section(mrkdwn`It is too late to cancel ${item.id}: ${requestTitle(item)}   ${requestStatus(item)}`),
      ]);
    }
    case 'not yours': {
      const { item } = answer;
      const who = item.requester === undefined ? mrkdwn`those` : mrkdwn`${user(item.requester)} and those`;
      return message(`You cannot cancel ${item.id}.`, [
        section(mrkdwn`Only ${who} who may decide it can cancel ${item.id}. Nothing was changed.`),
      ]);
    }
    case 'not checked':
      return message(`Slack did not say whether you may cancel ${answer.item.id}.`, [
        plain(
          `Slack did not say whether you may cancel ${answer.item.id}, so nothing was changed. Try again in a minute.`,
        ),
      ]);
    case 'unknown':
      return unknownRequest(answer.id);
    case 'not read':
      return message(`${answer.id} could not be read, so nothing was changed.`, [
        plain(
          `${answer.id} could not be read: the database did not answer in time. Nothing was changed; try again in a minute.`,
        ),
      ]);
    case 'unsure':
      return message(`Not sure whether ${answer.id} is cancelled.`, [
        plain(
          `Not sure whether ${answer.id} is cancelled: the database did not answer in time. Look at its card; cancelling again does no harm.`,
        ),
      ]);
    default:
      return answer satisfies never;
  }
}
