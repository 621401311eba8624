import { cardHash } from './card-facts.ts';
import type { RequestEvent } from './event.ts';
import { imagesOf, isSingle, type RequestItem } from './request.ts';
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
  | { readonly kind: 'direct'; readonly to: string }
  /** A line for those who run the mirror, in their channel. */
  | { readonly kind: 'ops' };

/** What an event makes the bot say. Pure; an event without a delivery is passed over. */
export function deliveries(event: RequestEvent, item: RequestItem): readonly Delivery[] {
  const watchers = watchersOf(item, event).map((to): Delivery => ({ kind: 'direct', to }));
  return [...ofStory(event, item), ...newsElsewhere(event, item), ...watchers];
}

/**
 * Where the card stands in another channel than the one they asked in, the requester hears of the decision and the end
 * directly; else the thread names them, and a second message would say it twice.
 */
function newsElsewhere(event: RequestEvent, item: RequestItem): readonly Delivery[] {
  const { card } = item.notifier;
  const { requester } = item;
  const elsewhere = card !== undefined && card.channel !== item.channel;
  if (requester === undefined || !elsewhere || !isNews(event, item)) return [];
  return [{ kind: 'direct', to: requester }];
}

/** What the requester waits for: the decision, and how it ends. Of a list only the closing line tells the end. */
export function isNews(event: RequestEvent, item: RequestItem): boolean {
  switch (event.type) {
    case 'denied':
    case 'expired':
    case 'left':
    case 'brokeGlass':
      return true;
    case 'approved':
      return isDecision(event, item);
    case 'copied':
    case 'failed':
      return isSingle(item);
    case 'finished':
      return !isSingle(item);
    default:
      return false;
  }
}

/** Whether this approval was the last one that some image needed. */
function isDecision(event: RequestEvent & { readonly type: 'approved' }, item: RequestItem): boolean {
  return event.images.some((id) => {
    const { approvals = [], rule } = item.images[id] ?? {};
    return approvals.filter(({ at }) => at <= event.at).length >= (rule?.approvals ?? 1);
  });
}

function ofStory(event: RequestEvent, item: RequestItem): readonly Delivery[] {
  switch (event.type) {
    case 'offered':
    case 'noted':
      return [{ kind: 'card' }];
    case 'refused':
    case 'unchanged':
      return isCard(event, item) ? [{ kind: 'card' }] : answer(item);
    case 'planned':
      return answer(item);
    case 'delayed':
      return isCopying(event, item) ? [{ kind: 'reply' }] : answer(item);
    case 'cancelled':
      return event.offered ? [{ kind: 'reply' }] : answer(item);
    case 'approved':
    case 'asked':
    case 'denied':
    case 'expired':
    case 'failed':
    case 'retried':
    case 'held':
    case 'released':
    case 'left':
      return [{ kind: 'reply' }];
    // The card says so, and the next line is soon there.
    case 'pushed':
      return [];
    case 'brokeGlass':
    case 'reviewed':
      return [{ kind: 'reply' }, { kind: 'ops' }];
    case 'reminded':
      return event.as === 'review' ? [{ kind: 'ops' }] : [{ kind: 'reply' }, ...escalated(event, item)];
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

/** There is a card by then, and its thread is where people look. */
export const isCopying = ({ n }: RequestEvent, { events }: RequestItem): boolean =>
  events.slice(0, n).some(({ type }) => type === 'offered');

/** A run of a schedule has no requester: what would only be an answer to one is not said. */
const answer = ({ requester }: RequestItem): readonly Delivery[] =>
  requester === undefined ? [] : [{ kind: 'private', to: requester }];

/** Those asked as well may not be in the channel: who is named in person hears of it directly. */
function escalated(
  { as, images }: RequestEvent & { readonly type: 'reminded' },
  item: RequestItem,
): readonly Delivery[] {
  if (as !== 'escalation') return [];
  const users = images.flatMap((id) => item.images[id]?.rule?.escalateTo?.users ?? []);
  return [...new Set(users)].slice(0, ESCALATED_MAX).map((to) => ({ kind: 'direct', to }));
}
/** More than these are named in the thread only. */
const ESCALATED_MAX = 6;

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
  const again = lostCard(item);
  if (again) return again;
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

/** More cards of one request are not posted: somebody takes them away on purpose. */
export const CARDS_MAX = 3;

/** A card that was lost comes before the next line, under a name of its own; the story's cursor stays where it is. */
function lostCard(item: RequestItem): NextDelivery | undefined {
  const { card, cursor, lost, unsaid = [] } = item.notifier;
  const event = item.events.find((each) => isCard(each, item));
  if (card || lost === undefined || !event) return undefined;
  const key = `${item.id}#card#${lost}`;
  if (unsaid.some((each) => each.key === key)) return undefined;
  return { event, delivery: { kind: 'card' }, at: { ...cursor, delivery: cursor.delivery - 1 }, key };
}

/** Somebody has to decide by the card, so one that is gone is posted anew. */
export const needsCard = (item: RequestItem): boolean =>
  (item.notifier.lost ?? 0) < CARDS_MAX - 1 &&
  imagesOf(item).some(([, { state }]) => state === 'ready' || state === 'held');

export const hasCard = (item: RequestItem): boolean => item.events.some((event) => isCard(event, item));

/** Of a run of a schedule nobody would read an answer: what it cannot offer, and what it has to tell, is said in its channel. */
function isCard({ type }: RequestEvent, { requester, schedule }: RequestItem): boolean {
  switch (type) {
    case 'offered':
    case 'noted':
      return true;
    case 'refused':
      return requester === undefined;
    case 'unchanged':
      return requester === undefined && (schedule?.notes ?? []).length > 0;
    default:
      return false;
  }
}

/** Whether the card in Slack shows something else than what the item says. */
export const isCardStale = (item: RequestItem): boolean =>
  item.notifier.card !== undefined && item.notifier.shown !== cardHash(item);

export const hasSomethingToSay = (item: RequestItem): boolean =>
  nextDelivery(item) !== undefined || isCardStale(item) || item.notifier.tried !== undefined;
