import { cardHash } from '../../core/request/card-facts.ts';
import { isCardStale, type NextDelivery, nextDelivery } from '../../core/request/deliveries.ts';
import { due } from '../../core/request/due.ts';
import type { NotifierState, RequestItem } from '../../core/request/request.ts';
import { newToken } from '../../core/store/change.ts';
import { progressBytes, renderCard } from '../messages/card.ts';
import { isLockedOut } from '../slack/errors.ts';
import { type Said, sayDelivery } from './say.ts';
import type { NotifierDeps } from './deps.ts';

/** A look ends after this many lines; the doorbell of the next change, or the tick, goes on. */
const ROUNDS = 40;
const LOCKED_OUT_PAUSE_MS = 60_000;

/**
 * Tells a request's story as far as it goes: each delivery after the cursor once and in order, then the card's newest
 * state. Any process may run it for any request at any time. Before a post `tried` is written, which keeps everybody
 * else out until its deadline and the grace are over; after doubt the line is looked for before it is said again.
 */
export async function notify(deps: NotifierDeps, id: string): Promise<void> {
  let item = await deps.requests.get(id);
  for (let round = 0; item && round < ROUNDS; round += 1) {
    const now = deps.now();
    const { tried, notBefore } = item.notifier;
    const inDoubt = tried !== undefined && tried.deadline + deps.timing.graceMs > now;
    if (inDoubt || (notBefore ?? 0) > now) {
      await park(deps, item);
      return;
    }
    const next = nextDelivery(item);
    const step: Step = next
      ? await tellNext(deps, item, next)
      : isCardStale(item) || isProgressDue(deps, item)
        ? await editCard(deps, item)
        : tried
          ? await write(deps, item, withoutTried(item.notifier))
          : (await park(deps, item))
            ? 'done'
            : 'again';
    if (step === 'done') return;
    item = step === 'again' ? await deps.requests.get(id) : step;
  }
}

/** The item as it stands now, or read it again, or leave it. */
type Step = RequestItem | 'again' | 'done';

async function tellNext(deps: NotifierDeps, item: RequestItem, next: NextDelivery): Promise<Step> {
  const { notifier } = item;
  const doubted = notifier.tried?.key === next.key ? notifier.tried : undefined;
  const place = await deps.placeOf(item, next, doubted);
  if (place.kind !== 'ok') return setback(deps, item, place, { next, keepMark: true });
  if (doubted) {
    const found = await deps.slack.find(
      { ...place.value, since: doubted.deadline - deps.timing.postDeadlineMs },
      next.key,
    );
    // Not being told whether it is there does not mean that it is not: the mark stays.
    if (found.kind !== 'ok') return setback(deps, item, found, { keepMark: true });
    if (found.value !== undefined) {
      return write(deps, item, told(item, next, { ts: found.value, channel: place.value.channel }));
    }
  }
  const deadline = deps.now() + deps.timing.postDeadlineMs;
  const tried = { key: next.key, token: newToken(deps.random), deadline, channel: place.value.channel };
  const marked = await write(deps, item, { ...withoutTried(notifier), tried });
  if (marked === 'again' || marked === 'done') return marked;
  // The clock is looked at once more: a process that slept since then must not post under an old mark.
  if (deps.now() + deps.timing.postTimeoutMs > deadline) return 'again';
  const said = await sayDelivery(deps, marked, { next, place: place.value, again: doubted !== undefined });
  if (said.kind === 'ok') return write(deps, marked, told(marked, next, said.value, cardHash(marked)));
  return setback(deps, marked, said, { next });
}

async function editCard(deps: NotifierDeps, item: RequestItem): Promise<Step> {
  const { card, editedAt, ...rest } = item.notifier;
  if (!card) return 'done';
  const now = deps.now();
  const free = (editedAt ?? 0) + deps.timing.editEveryMs;
  if (free > now) {
    // Coalesced: the newest state is shown when the pause is over.
    await deps.ring(item.id, free - now);
    await park(deps, item);
    return 'done';
  }
  const deadline = now + deps.timing.postDeadlineMs;
  const tried = { key: `${item.id}#card`, token: newToken(deps.random), deadline, channel: card.channel };
  const { shown: _, tried: __, ...kept } = rest;
  // While the edit is in doubt nobody knows what the card shows, so the hash goes with the mark.
  const marked = await write(deps, item, { ...kept, card, editedAt: now, tried });
  if (marked === 'again' || marked === 'done') return marked;
  if (deps.now() + deps.timing.postTimeoutMs > deadline) return 'again';
  const answer = await deps.slack.edit(card.channel, card.ts, renderCard(marked));
  const shown = {
    ...withoutTried(marked.notifier),
    shown: cardHash(marked),
    shownBytes: progressBytes(marked),
  };
  if (answer.kind === 'ok') return write(deps, marked, shown);
  if (answer.kind === 'refused' && !isLockedOut(answer.code)) {
    // The card is gone or can never be edited again; the thread goes on telling.
    deps.log('warn', 'a card cannot be edited', {
      requestId: item.id,
      code: answer.code,
      detail: answer.detail,
    });
    return write(deps, marked, shown);
  }
  return setback(deps, marked, answer);
}

/** Progress is shown as far as it goes: never marked as owed, never the reason for a wake-up. */
const isProgressDue = (deps: NotifierDeps, item: RequestItem): boolean =>
  item.notifier.card !== undefined &&
  progressBytes(item) !== (item.notifier.shownBytes ?? 0) &&
  (item.notifier.editedAt ?? 0) + deps.timing.editEveryMs <= deps.now();

function told(
  item: RequestItem,
  next: NextDelivery,
  at: { readonly ts: string; readonly channel: string },
  shown?: string,
): NotifierState {
  const cursor = { event: next.at.event, delivery: next.at.delivery + 1 };
  const base = { ...withoutTried(item.notifier), cursor };
  if (next.delivery.kind !== 'card') return base;
  // A card that was found again shows an unknown state: without a hash it is edited next.
  return { ...base, card: at, editedAt: item.lastAt, ...(shown !== undefined && { shown }) };
}

interface Setback {
  /** What could be said nowhere is passed over. */
  readonly next?: NextDelivery;
  /** It was a question beside the post: what it was in doubt about is still in doubt. */
  readonly keepMark?: boolean;
}

/** Slack did not take it: later, never, or nobody knows. */
async function setback(
  deps: NotifierDeps,
  item: RequestItem,
  answer: Exclude<Said, { kind: 'ok' }>,
  { next, keepMark = false }: Setback = {},
): Promise<Step> {
  const { notifier } = item;
  const later = (ms: number): Promise<Step> =>
    write(deps, item, { ...(keepMark ? notifier : withoutTried(notifier)), notBefore: deps.now() + ms });
  switch (answer.kind) {
    case 'busy': {
      await later(answer.afterMs);
      await deps.ring(item.id, answer.afterMs);
      return 'done';
    }
    case 'refused': {
      const { code, detail } = answer;
      deps.log('error', 'Slack refused a line', { requestId: item.id, code, detail });
      if (isLockedOut(code) || !next) {
        await later(LOCKED_OUT_PAUSE_MS);
        return 'done';
      }
      // It can be said nowhere: noted, and the story goes on.
      const unsaid = [...(notifier.unsaid ?? []), { key: next.key, why: code }];
      const cursor = { event: next.at.event, delivery: next.at.delivery + 1 };
      return write(deps, item, { ...withoutTried(notifier), cursor, unsaid });
    }
    case 'unknown': {
      deps.log('warn', 'Slack gave no answer; looked for again later', {
        requestId: item.id,
        detail: answer.detail,
      });
      const until = notifier.tried ? notifier.tried.deadline + deps.timing.graceMs : deps.now() + 5_000;
      await park(deps, item);
      await deps.ring(item.id, Math.max(0, until - deps.now()) + 1_000);
      return 'done';
    }
    default:
      return answer satisfies never;
  }
}

async function write(deps: NotifierDeps, item: RequestItem, next: NotifierState): Promise<Step> {
  if (!(await deps.requests.writeNotifier(item, next))) return 'again';
  return { ...item, notifier: { ...next, rev: item.notifier.rev + 1 } };
}

const withoutTried = ({ tried: _, notBefore: __, ...rest }: NotifierState): NotifierState => rest;

/** The look's last write: when somebody must look again. False = something happened meanwhile. */
const park = (deps: NotifierDeps, item: RequestItem): Promise<boolean> => {
  const dueAt = due(item, deps.timing);
  return dueAt === item.dueAt ? Promise.resolve(true) : deps.requests.park(item, { dueAt });
};
