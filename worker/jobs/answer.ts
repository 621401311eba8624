import { isClaimable } from '../../core/request/copying.ts';
import { isScanAwaited } from '../../core/request/image.ts';
import { imagesOf, SCAN } from '../../core/request/request.ts';
import type { WorkerDeps } from '../deps.ts';
import { copyOne } from './copy.ts';
import { resolveRequest } from './resolve.ts';
import { lookAtScans } from './scan.ts';
import { afterDeath, isSpent } from './spent.ts';

/** One work doorbell: does what the request's state asks for, or nothing. Throws only where the store does not answer. */
export async function answerDoorbell(deps: WorkerDeps, id: string, signal: AbortSignal): Promise<void> {
  const item = await deps.store.requests.get(id);
  if (!item || deps.config.paused) return;
  const now = deps.clock.now();
  if (item.state === 'resolving') return resolveRequest(deps, item, signal);
  const claimable = imagesOf(item).filter(([image]) => isClaimable(item, image, now));
  const [first] = claimable;
  if (first) {
    const [image] = first;
    if (isSpent(deps, item, image)) return afterDeath(deps, item, { image, signal });
    // The others are for whoever hears the next ring, here or in another process.
    if (claimable.length > 1) await deps.bells.work(id);
    return copyOne(deps, item, { image, signal });
  }
  const waiting = imagesOf(item).some(([, image]) => isScanAwaited(image));
  if (waiting && (item.work[SCAN]?.until ?? 0) <= now) await lookAtScans(deps, item, signal);
}
