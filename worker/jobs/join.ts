import type { Digest } from '../../core/oci/digest.ts';
import { type Failure, failures } from '../../core/request/failure.ts';
import type { WorkerDeps } from '../deps.ts';
import type { ResolveJob } from './resolve-image.ts';
import type { Taken } from './take-target.ts';

/**
 * Somebody else has this target open. For the same digest the requester joins them and is told the end; another digest
 * has to wait. Undefined: it has just been settled, so what stands there is to be looked at again.
 */
export async function joinOther(
  deps: WorkerDeps,
  { item, entry, id }: ResolveJob,
  { owner, digest }: { readonly owner: Extract<Taken, { kind: 'other' }>; readonly digest: Digest },
): Promise<Failure | undefined> {
  const { source, target } = entry;
  const asked = { source, target, request: owner.request };
  if (owner.digest !== digest) return failures.targetBusy(asked);
  const by = item.requester;
  // A list that names the same target twice has nobody to join but itself, and a schedule's run has nobody
  // who could; a dry run leaves no trace.
  if (owner.request === item.id || by === undefined || item.dryRun) return failures.alreadyAsked(asked);
  const watched = await deps.change({
    id: owner.request,
    deadline: deps.clock.now() + deps.config.limits.timing.leaseMs / 2,
    input: () => ({ kind: 'watch', image: owner.image, by, request: item.id, digest }),
  });
  if (watched.kind === 'changed') return failures.joined(asked);
  if (watched.kind !== 'refused') return failures.alreadyAsked(asked);
  deps.log('info', 'not joined', { requestId: item.id, image: id, other: owner.request, why: watched.why });
  switch (watched.why) {
    case 'already watching':
      return failures.joined(asked);
    case 'not open':
      // Not looked up to its end yet, or over.
      return watched.item.state === 'resolving' ? failures.alreadyAsked(asked) : undefined;
    default:
      return failures.alreadyAsked(asked);
  }
}
