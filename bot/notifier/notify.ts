import { isCardStale, nextDelivery } from '../../core/request/deliveries.ts';
import { sayFrom } from '../../core/request/due.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { isItem, type NotifierDeps, type Step } from './deps.ts';
import { editCard, isProgressDue } from './edit-card.ts';
import { tellNext } from './tell.ts';
import { doubledNow, sweepTwin } from './twins.ts';
import { park, withoutTried, write } from './write.ts';

/** A look ends after this many steps and rings for the next one, so that no request keeps a place for ever. */
const ROUNDS = 40;

/**
 * Tells a request's story as far as it goes: each delivery after the cursor once and in order, then the card's newest
 * state. Any process may run it for any request at any time. Throws StoreError where the store does not answer: the
 * doorbell comes again, and the stored `dueAt` stands.
 */
export async function notify(deps: NotifierDeps, id: string): Promise<void> {
  const told = await tell(deps, id);
  if (told) await deps.told?.(told);
}

/** The item after the last thing that was told, if anything was. */
async function tell(deps: NotifierDeps, id: string): Promise<RequestItem | undefined> {
  let item = await deps.requests.get(id);
  let told: RequestItem | undefined;
  // What a write left in memory may be older than what others wrote since: that is checked before the look ends.
  let justRead = true;
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!item) return told;
    const step = await look(deps, item, justRead);
    if (step === 'done') return told;
    if (isItem(step) && hasMoved(item, step)) told = step;
    justRead = step === 'again';
    item = step === 'again' ? await deps.requests.get(id) : step;
  }
  await deps.ring(id);
  return told;
}

const hasMoved = ({ notifier: { cursor } }: RequestItem, { notifier: next }: RequestItem): boolean =>
  cursor.event !== next.cursor.event || cursor.delivery !== next.cursor.delivery;

async function look(deps: NotifierDeps, item: RequestItem, justRead: boolean): Promise<Step> {
  const now = deps.now();
  const { card, tried, notBefore } = item.notifier;
  const inDoubt = tried !== undefined && tried.deadline + deps.timing.graceMs > now;
  if (inDoubt || Math.max(notBefore ?? 0, sayFrom(item)) > now) {
    // Somebody else is at it, or Slack asked to wait: where that changed meanwhile, they go on themselves.
    await park(deps, item, justRead);
    return 'done';
  }
  const next = nextDelivery(item);
  if (next) return tellNext(deps, item, next);
  if (card && (isCardStale(item) || isProgressDue(deps, item))) return editCard(deps, item, card);
  if (tried || notBefore !== undefined) return write(deps, item, withoutTried(item.notifier));
  const doubled = doubledNow(item, now);
  if (doubled) return sweepTwin(deps, item, doubled);
  return (await park(deps, item, justRead)) ? 'done' : 'again';
}
