import { cardHash } from '../../core/request/card-facts.ts';
import { needsCard } from '../../core/request/deliveries.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { newToken } from '../../core/store/change.ts';
import type { Message } from '../messages/blocks.ts';
import { progressBytes, renderCard } from '../messages/card.ts';
import { isBadBlocks, isCardGone, isLockedOut, type SlackAnswer } from '../slack/errors.ts';
import { isItem, type NotifierDeps, type Step } from './deps.ts';
import { withoutCard } from './lost-card.ts';
import { setback } from './setback.ts';
import { park, withoutTried, write } from './write.ts';

type Card = NonNullable<RequestItem['notifier']['card']>;

/** Shows the card's newest state, at most once in `editEveryMs`. An edit in doubt is simply made again. */
export async function editCard(deps: NotifierDeps, item: RequestItem, card: Card): Promise<Step> {
  const now = deps.now();
  const free = (item.notifier.editedAt ?? 0) + deps.timing.editEveryMs;
  const wait = free > now ? free - now : deps.slack.waitFor('edit', card.channel);
  if (wait > 0) {
    // Coalesced, or other cards have the room: the newest state is shown when the pause is over.
    if (!(await park(deps, item, false))) return 'again';
    await deps.ring(item.id, wait);
    return 'done';
  }
  const deadline = now + deps.timing.postDeadlineMs;
  const tried = { key: `${item.id}#card`, token: newToken(deps.random), deadline, channel: card.channel };
  // While the edit is in doubt nobody knows what the card shows, so the hash goes with the mark.
  const { shown: _, ...kept } = withoutTried(item.notifier);
  const marked = await write(deps, item, { ...kept, editedAt: now, tried });
  if (!isItem(marked)) return marked;
  if (deps.now() + deps.timing.postTimeoutMs > deadline) return 'again';
  const answer = await edit(deps, marked, card);
  if (answer.kind !== 'ok' && (answer.kind !== 'refused' || isLockedOut(answer.code))) {
    return setback(deps, marked, { answer, begun: true });
  }
  if (answer.kind === 'refused') {
    // The card is gone or can never be edited again; the thread goes on telling.
    const { code, detail } = answer;
    deps.log('warn', 'a card cannot be edited', { requestId: item.id, code, detail });
    if (isCardGone(code) && needsCard(marked)) return write(deps, marked, withoutCard(marked.notifier));
  }
  const shown = { shown: cardHash(marked), shownBytes: progressBytes(marked) };
  return write(deps, marked, { ...withoutTried(marked.notifier), ...shown });
}

/** Undefined: it cannot be made, so what stands there stays; the thread goes on telling. */
function rendered(deps: NotifierDeps, item: RequestItem): Message | undefined {
  try {
    return renderCard(item, deps.paused);
  } catch (error) {
    deps.log('error', 'a card could not be made', { requestId: item.id, error });
    return undefined;
  }
}

async function edit(deps: NotifierDeps, item: RequestItem, card: Card): Promise<SlackAnswer<null>> {
  const message = rendered(deps, item);
  if (!message) return { kind: 'refused', code: 'not_made' };
  const answer = await deps.slack.edit(card.channel, card.ts, message);
  if (answer.kind !== 'refused' || !isBadBlocks(answer.code)) return answer;
  const { id: requestId } = item;
  deps.log('error', 'Slack refused the blocks of a card', { requestId, detail: answer.detail });
  // A card that waits keeps its buttons; one that does not is better short than wrong.
  const waiting = imagesOf(item).some(([, image]) => image.state === 'ready');
  return waiting ? answer : deps.slack.edit(card.channel, card.ts, { text: message.text, blocks: [] });
}

/** Progress is shown as far as it goes: never marked as owed, never the reason for a wake-up. */
export const isProgressDue = (deps: NotifierDeps, { notifier, ...rest }: RequestItem): boolean =>
  progressBytes({ notifier, ...rest }) !== (notifier.shownBytes ?? 0) &&
  (notifier.editedAt ?? 0) + deps.timing.editEveryMs <= deps.now() &&
  deps.slack.waitFor('progress', notifier.card?.channel ?? '') === 0;
