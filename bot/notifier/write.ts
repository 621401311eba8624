import { due } from '../../core/request/due.ts';
import { canonicalJson } from '../../core/request/event.ts';
import type { NotifierState } from '../../core/request/notifier-state.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { StoreError } from '../../core/store/store.ts';
import type { NotifierDeps, Step } from './deps.ts';

/** More tries than a throttled table needs; after them the doorbell comes again. */
const WRITE_TRIES = 4;

/**
 * The notifier's part, on condition of the `rev` read. A lost answer is looked up: what stands there and is what was to
 * be written counts as written (`tried` carries a random token, so it cannot be somebody else's). Where the new state has
 * to be looked at earlier than the item says, dueAt is written with it.
 * Throws StoreError where the store does not answer at all; then the stored `dueAt` still stands.
 */
export async function write(deps: NotifierDeps, read: RequestItem, next: NotifierState): Promise<Step> {
  const { rev } = read.notifier;
  const written = { ...next, rev: rev + 1 };
  let item = read;
  for (let tries = 1; ; tries += 1) {
    const wanted = { ...item, notifier: written };
    const dueAt = due(wanted, deps.timing);
    const earlier = dueAt !== undefined && dueAt < (item.dueAt ?? Number.POSITIVE_INFINITY);
    const late = earlier && (item.dueAt ?? Number.POSITIVE_INFINITY) > deps.now();
    try {
      const ok = late
        ? await deps.requests.park(item, { dueAt, notifier: next })
        : await deps.requests.writeNotifier(item, next);
      if (ok) return late ? { ...wanted, dueAt } : wanted;
    } catch (error) {
      if (!(error instanceof StoreError) || tries >= WRITE_TRIES) throw error;
    }
    const stored = await deps.requests.get(read.id);
    if (!stored) return 'done';
    if (canonicalJson(stored.notifier) === canonicalJson(written)) return stored;
    if (stored.notifier.rev !== rev || tries >= WRITE_TRIES) return 'again';
    // Only the request itself moved on, or the write was lost.
    item = stored;
  }
}

/**
 * The look's last write: when somebody must look again. False = something happened meanwhile. `sure` = the item was
 * just read; else the version is checked even where there is nothing to change.
 */
export async function park(deps: NotifierDeps, item: RequestItem, sure: boolean): Promise<boolean> {
  const dueAt = due(item, deps.timing);
  return sure && dueAt === item.dueAt ? true : deps.requests.park(item, { dueAt });
}

export const withoutTried = ({ tried: _, notBefore: __, ...rest }: NotifierState): NotifierState => rest;
