import { isNews } from '../../core/request/deliveries.ts';
import type { RequestEvent } from '../../core/request/event.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { context, type Message } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { mrkdwn, user } from './mrkdwn.ts';

/**
 * A reply that the requester waits for names them, where they asked in the card's own channel: Slack tells whoever is
 * named in a thread, so no message of its own is needed. Where the card stands elsewhere they get a direct message.
 */
export function withRequester(reply: Message, event: RequestEvent, item: RequestItem): Message {
  const { notifier, requester } = item;
  const here = notifier.card !== undefined && notifier.card.channel === item.channel;
  if (!here || requester === undefined || !isNews(event, item)) return reply;
  // Buttons stay last.
  const at = reply.blocks.findIndex(({ type }) => type === 'actions');
  const end = at < 0 ? reply.blocks.length : at;
  const named = context([mrkdwn`For ${user(requester)}`]);
  const blocks = [...reply.blocks.slice(0, end), named, ...reply.blocks.slice(end)];
  return { ...reply, blocks: blocks.length > LIMITS.blocksInMessage ? reply.blocks : blocks };
}
