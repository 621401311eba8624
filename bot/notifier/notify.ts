import { isCardStale, nextDelivery } from '../../core/request/deliveries.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { NotifierDeps, Step } from './deps.ts';
import { editCard, isProgressDue } from './edit-card.ts';
import { tellNext } from './tell.ts';
import { park, withoutTried, write } from './write.ts';

/** A look ends after this many steps and rings for the next one, so that no request keeps a place for ever. */
const ROUNDS = 40;

/**
 * Tells a request's story as far as it goes: each delivery after the cursor once and in order, then the card's newest
 * state. Any process may run it for any request at any time. Throws StoreError where the store does not answer: the
 * doorbell comes again, and the stored `dueAt` stands.
 */
export async function notify(deps: NotifierDeps, id: string): Promise<void> {
  let item = await deps.requests.get(id);
  // What a write left in memory may be older than what others wrote since: that is checked before the look ends.
  let justRead = true;
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!item) return;
    const step = await look(deps, item, justRead);
    if (step === 'done') return;
    justRead = step === 'again';
    item = step === 'again' ? await deps.requests.get(id) : step;
  }
  await deps.ring(id);
}

async function look(deps: NotifierDeps, item: RequestItem, justRead: boolean): Promise<Step> {
  const now = deps.now();
  const { card, tried, notBefore } = item.notifier;
  const inDoubt = tried !== undefined && tried.deadline + deps.timing.graceMs > now;
  if (inDoubt || (notBefore ?? 0) > now) {
    // Somebody else is at it, or Slack asked to wait: where that changed meanwhile, they go on themselves.
    await park(deps, item, justRead);
    return 'done';
  }
  const next = nextDelivery(item);
  if (next) return tellNext(deps, item, next);
  if (card && (isCardStale(item) || isProgressDue(deps, item))) return editCard(deps, item, card);
  if (tried || notBefore !== undefined) return write(deps, item, withoutTried(item.notifier));
  return (await park(deps, item, justRead)) ? 'done' : 'again';
}
