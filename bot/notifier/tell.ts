import { cardHash } from '../../core/request/card-facts.ts';
import type { NextDelivery } from '../../core/request/deliveries.ts';
import type { NotifierState, RequestItem, Tried } from '../../core/request/request.ts';
import { newToken } from '../../core/store/change.ts';
import { progressBytes } from '../messages/card.ts';
import { isLockedOut, isOutOfSight, type SlackAnswer } from '../slack/errors.ts';
import { isItem, type NotifierDeps, type Step } from './deps.ts';
import type { Place } from './place.ts';
import { sayDelivery } from './say.ts';
import { setback } from './setback.ts';
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
  for (const [nth, find] of deps.placeOf(item, next.delivery, doubted).entries()) {
    const found = await find();
    if (found.kind === 'refused' && !isLockedOut(found.code)) {
      refused = found;
      continue;
    }
    if (found.kind === 'refused' && found.code === 'missing_scope') {
      // Slack asks another scope for another kind of conversation; the next place may need none.
      refused = found;
      continue;
    }
    if (found.kind !== 'ok') return setback(deps, item, { answer: found, begun: false });
    const place = found.value;
    if (doubted && nth === 0) {
      const seen = await lookFor(deps, { place, doubted, key: next.key });
      if (seen.kind !== 'ok') return setback(deps, item, { answer: seen, begun: false });
      if (seen.value !== undefined) return write(deps, item, told(item, { next, place, ts: seen.value }));
    }
    const deadline = deps.now() + deps.timing.postDeadlineMs;
    const mark = { key: next.key, token: newToken(deps.random), deadline, channel: place.channel };
    const marked = await write(deps, item, { ...withoutTried(item.notifier), tried: mark });
    if (!isItem(marked)) return marked;
    item = marked;
    // The clock is looked at once more: a process that slept since then must not post under an old mark.
    if (deps.now() + deps.timing.postTimeoutMs > deadline) return 'again';
    const said = await sayDelivery(deps, item, { next, place });
    if (said.kind === 'ok') {
      return write(deps, item, told(item, { next, place, ts: said.value.ts, postedAt: deps.now() }));
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
    refused = said;
  }
  if (isLockedOut(refused.code)) return setback(deps, item, { answer: refused, begun: false });
  return leaveUnsaid(deps, item, { next, why: refused.code });
}

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
