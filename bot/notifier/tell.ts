import { cardHash } from '../../core/request/card-facts.ts';
import { needsCard, type NextDelivery } from '../../core/request/deliveries.ts';
import type { NotifierState, Tried } from '../../core/request/notifier-state.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { newToken } from '../../core/store/change.ts';
import { progressBytes } from '../messages/card.ts';
import { isCardGone, isLockedOut, isOutOfSight, type SlackAnswer } from '../slack/errors.ts';
import { isItem, type NotifierDeps, type Step } from './deps.ts';
import type { FindPlace, Place } from './place.ts';
import { sayDelivery } from './say.ts';
import { withoutCard } from './lost-card.ts';
import { setback } from './setback.ts';
import { mayBeDoubled } from './twins.ts';
import { withoutTried, write } from './write.ts';

type Refused = Extract<SlackAnswer<never>, { kind: 'refused' }>;

/**
 * Says the next line in the first place that takes it. Before each post `tried` is written, which keeps everybody else
 * out until its deadline and the grace are over; after doubt the line is looked for before it is said again.
 */
export async function tellNext(deps: NotifierDeps, read: RequestItem, next: NextDelivery): Promise<Step> {
  const { tried } = read.notifier;
  const doubted = tried?.key === next.key ? tried : undefined;
  let item = read;
  let refused: Refused = { kind: 'refused', code: 'no_place' };
  /** Where the doubted post went, once nothing of it was found there. */
  let missing: Place | undefined;
  const places = [...deps.placeOf(item, next.delivery, doubted)];
  for (const [nth, find] of places.entries()) {
    const found = await find();
    // Slack asks another scope for another kind of conversation; the next place may need none.
    if (found.kind === 'refused' && (!isLockedOut(found.code) || found.code === 'missing_scope')) {
      refused = found;
      continue;
    }
    if (found.kind !== 'ok') return setback(deps, item, { answer: found, begun: false });
    const place = found.value;
    if (doubted && nth === 0) {
      const seen = await lookFor(deps, { place, doubted, key: next.key });
      if (seen.kind !== 'ok') return setback(deps, item, { answer: seen, begun: false });
      if (seen.value !== undefined) return write(deps, item, told(item, { next, place, ts: seen.value }));
      missing = place;
    }
    const wait = deps.slack.waitFor('post', place.channel);
    if (wait > 0) return setback(deps, item, { answer: { kind: 'busy', afterMs: wait }, begun: false });
    const deadline = deps.now() + deps.timing.postDeadlineMs;
    const mark = { key: next.key, token: newToken(deps.random), deadline, channel: place.channel };
    const marked = await write(deps, item, { ...withoutTried(item.notifier), tried: mark });
    if (!isItem(marked)) return marked;
    item = marked;
    // The clock is looked at once more: a process that slept since then must not post under an old mark.
    if (deps.now() + deps.timing.postTimeoutMs > deadline) return 'again';
    const said = await sayDelivery(deps, item, { next, place });
    if (said.kind === 'ok') {
      const { ts } = said.value;
      const after = told(item, { next, place, ts, postedAt: deps.now() });
      if (!doubted || !missing) return write(deps, item, after);
      // Slack may yet apply the first one.
      const elsewhere = missing.channel !== place.channel || missing.threadTs !== place.threadTs;
      const since = doubted.deadline - deps.timing.postDeadlineMs;
      const { channel, threadTs } = missing;
      const twin = {
        key: next.key,
        channel,
        ...(threadTs !== undefined && { threadTs }),
        since,
        ts,
        ...(elsewhere && ({ elsewhere } as const)),
      };
      return write(deps, item, { ...after, ...mayBeDoubled(deps, after, twin) });
    }
    if (said.kind !== 'refused' || isLockedOut(said.code))
      return setback(deps, item, { answer: said, begun: true });
    const { code, detail } = said;
    deps.log('warn', 'Slack refused a line in one place', {
      requestId: item.id,
      key: next.key,
      code,
      detail,
    });
    if (next.delivery.kind === 'reply' && place.threadTs !== undefined) {
      // Without its card nobody could decide, and every further line would miss its thread too.
      if (isCardGone(code) && needsCard(item)) return write(deps, item, withoutCard(item.notifier));
      if (code === 'not_in_channel') places.splice(nth + 1, 0, reentering(deps, place));
    }
    refused = said;
  }
  if (isLockedOut(refused.code)) return setback(deps, item, { answer: refused, begun: false });
  return leaveUnsaid(deps, item, { next, why: refused.code });
}

/** The app was taken out of a channel that it may join by itself. */
const reentering =
  ({ slack }: NotifierDeps, place: Place): FindPlace =>
  async () => {
    const entered = await slack.enter(place.channel);
    return entered.kind === 'ok' ? { kind: 'ok', value: place } : entered;
  };

/** The ts of the line if it was said after all. Where nobody can look, it cannot be read either: it is said anew. */
async function lookFor(
  deps: NotifierDeps,
  look: { readonly place: Place; readonly doubted: Tried; readonly key: string },
): Promise<SlackAnswer<string | undefined>> {
  const since = look.doubted.deadline - deps.timing.postDeadlineMs;
  const answer = await deps.slack.find({ ...look.place, since }, look.key);
  if (answer.kind === 'refused' && isOutOfSight(answer.code)) return { kind: 'ok', value: undefined };
  return answer;
}

interface Told {
  readonly next: NextDelivery;
  readonly place: Place;
  readonly ts: string;
  /** Posted just now; a card that was found again shows an unknown state: without a hash it is edited next. */
  readonly postedAt?: number;
}

function told(item: RequestItem, { next, place, ts, postedAt }: Told): NotifierState {
  const base = { ...withoutTried(item.notifier), cursor: after(next) };
  if (next.delivery.kind !== 'card') return base;
  if (place.insteadOfCard) return { ...base, unsaid: [...(base.unsaid ?? []), noCard(next)] };
  const card = { channel: place.channel, ts };
  if (postedAt === undefined) return { ...base, card };
  return { ...base, card, shown: cardHash(item), shownBytes: progressBytes(item), editedAt: postedAt };
}

/** It can be said nowhere: noted, and the story goes on. */
function leaveUnsaid(
  deps: NotifierDeps,
  item: RequestItem,
  { next, why }: { readonly next: NextDelivery; readonly why: string },
): Promise<Step> {
  deps.log('error', 'a line could be said nowhere', { requestId: item.id, key: next.key, code: why });
  const unsaid = [...(item.notifier.unsaid ?? []), { key: next.key, why }];
  return write(deps, item, { ...withoutTried(item.notifier), cursor: after(next), unsaid });
}

const after = ({ at }: NextDelivery) => ({ event: at.event, delivery: at.delivery + 1 });
const noCard = ({ key }: NextDelivery) => ({ key, why: 'no channel takes the card' });
