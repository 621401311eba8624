import type { Input } from './input.ts';
import { isWatching } from './watching.ts';
import { RESOLVE, type RequestItem } from './request.ts';

/**
 * Changes without an event carry no token; after a lost answer they are recognised by what they did.
 * Owners are random for each claim, so an effect cannot be somebody else's.
 */
export function isEffective(item: RequestItem, input: Input): boolean {
  switch (input.kind) {
    case 'claimResolve':
      return item.work[RESOLVE]?.owner === input.owner;
    case 'looked':
      // Only the lease's holder writes it, and it is written once.
      return item.schedule?.looked?.at === input.look.at && item.work[RESOLVE]?.fence === input.fence;
    case 'releaseResolve': {
      const lease = item.work[RESOLVE];
      return item.state === 'resolving' && lease?.owner === '' && lease.fence === input.fence;
    }
    case 'claim':
      return item.work[input.image]?.owner === input.owner && item.images[input.image]?.state === 'copying';
    case 'yield':
    case 'postpone': {
      // Only the holder empties its own lease and leaves the image queued; a take-over would have raised the fence.
      const lease = item.work[input.image];
      return (
        item.images[input.image]?.state === 'queued' && lease?.owner === '' && lease.fence === input.fence
      );
    }
    case 'watch':
      return isWatching(item, input);
    case 'tagging': {
      const lease = item.work[input.image];
      const held = lease?.owner === input.owner && lease.fence === input.fence;
      const image = item.images[input.image];
      // A mark from before this claim is an earlier attempt's.
      return held && image?.taggingAt !== undefined && image.taggingAt >= image.since;
    }
    default:
      return false;
  }
}
