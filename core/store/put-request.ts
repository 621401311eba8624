import { ID_MAX_LETTERS, ID_MIN_LETTERS, requestId, triggerHash } from '../request/id.ts';
import type { RequestItem } from '../request/request.ts';
import type { RequestStore } from './store.ts';

/**
 * Puts a request whose id comes from what set it off: the same trigger meets its own request, a collision takes a longer
 * id. Throws StoreError where the answer is not known; repeating it does no harm.
 */
export async function putTriggered(
  requests: Pick<RequestStore, 'get' | 'put'>,
  trigger: string,
  make: (id: string, hash: string) => RequestItem,
): Promise<{ readonly item: RequestItem; readonly isNew: boolean }> {
  const hash = triggerHash(trigger);
  for (let letters = ID_MIN_LETTERS; letters <= ID_MAX_LETTERS; letters += 1) {
    const item = make(requestId(hash, letters), hash);
    if (await requests.put(item)) return { item, isNew: true };
    const other = await requests.get(item.id);
    if (other?.hash === hash) return { item: other, isNew: false };
  }
  throw new Error(`no free id for ${hash}`);
}
