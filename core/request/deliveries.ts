import { cardHash } from './card-facts.ts';
import type { RequestEvent } from './event.ts';
import { isSingle, type RequestItem } from './request.ts';
import { watchersOf } from './watching.ts';

/**
 * One thing to say, once: the request's card, a reply in its thread, or an answer that only one person sees
 * (and that becomes a direct message where it cannot be shown in the channel).
 */
export type Delivery =
  | { readonly kind: 'card' }
  | { readonly kind: 'reply' }
  | { readonly kind: 'private'; readonly to: string }
  /** Somebody who is not in the story's channel: always a direct message. */
  | { readonly kind: 'direct'; readonly to: string };

/** What an event makes the bot say. Pure; an event without a delivery is passed over. */
export function deliveries(event: RequestEvent, item: RequestItem): readonly Delivery[] {
  const watchers = watchersOf(item, event).map((to): Delivery => ({ kind: 'direct', to }));
  return [...ofStory(event, item), ...watchers];
}

function ofStory(event: RequestEvent, item: RequestItem): readonly Delivery[] {
  switch (event.type) {
    case 'offered':
      return [{ kind: 'card' }];
    case 'refused':
      // Nobody asked, so nobody would read it: what a schedule cannot offer is told in its channel.
      return item.requester === undefined ? [{ kind: 'card' }] : toRequester(item);
    case 'unchanged':
    case 'delayed':
      return toRequester(item);
    case 'cancelled':
      return event.offered ? [{ kind: 'reply' }] : toRequester(item);
    case 'approved':
    case 'denied':
    case 'expired':
    case 'failed':
    case 'retried':
      return [{ kind: 'reply' }];
    // A list tells its results in the closing reply only.
    case 'copied':
    case 'scanned':
      return isSingle(item) ? [{ kind: 'reply' }] : [];
    case 'finished':
      return isSingle(item) || !hasCard(item) ? [] : [{ kind: 'reply' }];
    default:
      return event satisfies never;
  }
}

/** A run of a schedule has no requester: what would only be an answer to one is not said. */
const toRequester = ({ requester }: RequestItem): readonly Delivery[] =>
  requester === undefined ? [] : [{ kind: 'private', to: requester }];

export interface NextDelivery {
  readonly event: RequestEvent;
  readonly delivery: Delivery;
  readonly at: { readonly event: number; readonly delivery: number };
  /** Names this line for ever: it is found again by it. */
  readonly key: string;
}

/** The first delivery at or after the cursor. */
export function nextDelivery(item: RequestItem): NextDelivery | undefined {
  const { cursor } = item.notifier;
  for (const event of item.events.slice(cursor.event)) {
    const list = deliveries(event, item);
    const from = event.n === cursor.event ? cursor.delivery : 0;
    const delivery = list[from];
    if (delivery) {
      return {
        event,
        delivery,
        at: { event: event.n, delivery: from },
        key: `${item.id}#${event.n}#${from}`,
      };
    }
  }
  return undefined;
}

export const hasCard = (item: RequestItem): boolean =>
  item.events.some(
    ({ type }) => type === 'offered' || (type === 'refused' && item.requester === undefined),
  );

/** Whether the card in Slack shows something else than what the item says. */
export const isCardStale = (item: RequestItem): boolean =>
  item.notifier.card !== undefined && item.notifier.shown !== cardHash(item);

export const hasSomethingToSay = (item: RequestItem): boolean =>
  nextDelivery(item) !== undefined || isCardStale(item) || item.notifier.tried !== undefined;
