import { renderPlainly } from '../../../bot/messages/plainly.ts';
import { outOfThread } from '../../../bot/messages/thread.ts';
import type { EventType } from '../../../core/request/event.ts';
import { copyReplies } from './copy-replies.ts';
import { decisionReplies } from './decision-replies.ts';
import { copiedEvent, done, last, replyTo, withCard } from './given.ts';
import { type Pictures, reply } from './picture.ts';

/** What the thread tells of each event; those with nothing here are told by the card or privately. */
const repliesTo: Readonly<Record<EventType, Pictures>> = {
  offered: {},
  noted: {},
  refused: {},
  unchanged: {},
  planned: {},
  pushed: {},
  approved: decisionReplies.approved,
  denied: decisionReplies.denied,
  cancelled: decisionReplies.cancelled,
  expired: decisionReplies.expired,
  copied: copyReplies.copied,
  scanned: copyReplies.scanned,
  held: copyReplies.held,
  released: decisionReplies.released,
  left: decisionReplies.left,
  delayed: copyReplies.delayed,
  failed: copyReplies.failed,
  retried: copyReplies.retried,
  asked: decisionReplies.asked,
  brokeGlass: decisionReplies.brokeGlass,
  reviewed: decisionReplies.reviewed,
  reminded: decisionReplies.reminded,
  finished: copyReplies.finished,
};

/** Where a line cannot be said as it should be. */
const elsewhere: Pictures = {
  'out-of-thread': reply(
    'A line outside its thread',
    'The thread takes no lines any more, so its requester gets them with what they are about.',
    outOfThread(replyTo(withCard(done), copiedEvent), withCard(done)),
  ),
  plainly: reply(
    'A line that could not be made',
    'Something in the request cannot be shown; the story goes on.',
    renderPlainly(last(withCard(done), copiedEvent).event, withCard(done)),
  ),
};

export const replies: Pictures = Object.assign({}, ...Object.values(repliesTo), elsewhere);
