import type { RequestEvent } from '../../core/request/event.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { aboutWhat } from './about.ts';
import { context, type Message, message, section } from './blocks.ts';
import { bold, channel, joined, type Mrkdwn, mrkdwn, user } from './mrkdwn.ts';
import { requestTitle } from './request-lines.ts';
import { renderReply } from './thread.ts';
import { renderWatched } from './watched.ts';

/** A direct message about a request: to its requester, to somebody who was asked as well, or to a watcher. */
export function renderDirect(event: RequestEvent, item: RequestItem, to: string): Message {
  if (event.type === 'reminded') return renderEscalated(item);
  const mine = (item.watchers ?? []).some(({ by }) => by === to);
  return to === item.requester && !mine ? renderNews(event, item) : renderWatched(event, item, to);
}

/** What the thread says, for a requester who is not there: with what it is about, and where the rest is. */
function renderNews(event: RequestEvent, item: RequestItem): Message {
  const reply = renderReply(event, item);
  // A click counts only on the request's own card and in its thread.
  const said = reply.blocks.filter(({ type }) => type !== 'actions');
  const head = context([joined([requestTitle(item), mrkdwn`${item.id}`, ...where(item)], ' · ')]);
  return { text: reply.text, blocks: [head, ...said] };
}

function renderEscalated(item: RequestItem): Message {
  const what = aboutWhat(item);
  const asker = item.requester === undefined ? mrkdwn`A schedule` : user(item.requester);
  const at = item.notifier.card
    ? mrkdwn` Its card stands in ${channel(item.notifier.card.channel)}.`
    : mrkdwn``;
  return message(`${what} waits for a decision, and you may decide it too.`, [
    section(
      mrkdwn`● ${asker} asked for ${bold(what)} (${item.id}), and nobody has decided it yet. You may decide it too.${at}`,
    ),
  ]);
}

const where = ({ notifier }: RequestItem): readonly Mrkdwn[] =>
  notifier.card ? [mrkdwn`thread in ${channel(notifier.card.channel)}`] : [];
