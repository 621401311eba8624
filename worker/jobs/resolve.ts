import { RESOLVE, type Entry, type ImageId, type RequestItem } from '../../core/request/request.ts';
import { type Failure, mirrorCommand } from '../../core/request/failure.ts';
import type { Outcome } from '../../core/request/input.ts';
import { newToken } from '../../core/store/change.ts';
import type { WorkerDeps } from '../deps.ts';
import { backoffMs } from './backoff.ts';
import { gaveUp } from './gave-up.ts';
import { openLease } from './lease.ts';
import { overLookups } from './lookup-quota.ts';
import { resolveImage } from './resolve-image.ts';
import { Trouble } from './trouble.ts';

/** After the first try that failed for a passing reason. */
const BACKOFF_MS = 5_000;

/** Looks up every image of a request and offers, refuses or finds them unchanged, in one change. */
export async function resolveRequest(
  deps: WorkerDeps,
  read: RequestItem,
  signal: AbortSignal,
): Promise<void> {
  const { change, clock } = deps;
  const { timing } = deps.config.limits;
  const owner = newToken(clock.random);
  const claimed = await change({
    id: read.id,
    deadline: clock.now() + timing.leaseMs / 2,
    input: () => ({ kind: 'claimResolve', owner }),
  });
  if (claimed.kind !== 'changed') return;
  const { item } = claimed;
  if (item.state !== 'resolving') {
    // The last attempt was one too many: the request was refused in the claim.
    await deps.bells.notify(item.id);
    return;
  }
  const { fence = 0, until = 0 } = item.work[RESOLVE] ?? {};
  const lease = openLease(deps, { id: item.id, key: RESOLVE, owner, fence, until }, signal);
  try {
    const outcomes: Record<ImageId, Outcome> = {};
    const over = await overLookups(deps, item);
    for (const [id, entry] of Object.entries(item.entries)) {
      const job = { item, id, entry, signal: lease.signal };
      outcomes[id] = over ? { kind: 'refused', failure: over(entry) } : await settled(deps, job);
    }
    const done = await change({
      id: item.id,
      deadline: clock.now() + timing.leaseMs / 2,
      input: () => ({ kind: 'resolved', owner, fence, outcomes }),
    });
    if (done.kind !== 'changed') return;
    await Promise.all([deps.bells.notify(item.id), deps.bells.work(item.id)]);
  } catch (error) {
    if (lease.lost) return;
    const trouble = Trouble.of(error);
    const attempt = item.work[RESOLVE]?.attempt ?? 1;
    const { code } = trouble.failure;
    const pause = backoffMs({ attempt, code, random: clock.random() }, BACKOFF_MS);
    const notBefore = signal.aborted ? clock.now() : (trouble.retryAt ?? clock.now() + pause);
    deps.log('warn', 'a request could not be looked up; it is tried again', {
      requestId: item.id,
      error,
      notBefore: new Date(notBefore).toISOString(),
    });
    const [entry] = Object.values(item.entries);
    const failure = entry ? askAgain(gaveUp(trouble.failure), entry) : trouble.failure;
    await release(deps, { item, owner, fence, notBefore, failure });
  } finally {
    lease.close();
  }
}

/** Permanent troubles are outcomes of their image; passing ones stop the look for all of them. */
async function settled(
  deps: WorkerDeps,
  job: {
    readonly item: RequestItem;
    readonly id: ImageId;
    readonly entry: Entry;
    readonly signal: AbortSignal;
  },
): Promise<Outcome> {
  try {
    return await resolveImage(deps, job);
  } catch (error) {
    const trouble = Trouble.of(error);
    if (trouble.passing) throw error;
    return { kind: 'refused', failure: askAgain(trouble.failure, job.entry) };
  }
}

/** A refused request has no Retry button: where another try can help, the command is the way to it. */
function askAgain(failure: Failure, { source, target, platforms }: Entry): Failure {
  if (!failure.retry || failure.command !== undefined) return failure;
  return { ...failure, command: mirrorCommand(source, target, platforms), retry: false };
}

interface Release {
  readonly item: RequestItem;
  readonly owner: string;
  readonly fence: number;
  readonly notBefore: number;
  readonly failure: Failure;
}

async function release(deps: WorkerDeps, { item, ...given }: Release): Promise<void> {
  const { clock } = deps;
  const released = await deps.change({
    id: item.id,
    deadline: clock.now() + deps.config.limits.timing.leaseMs / 2,
    input: () => ({ kind: 'releaseResolve', ...given }),
  });
  if (released.kind !== 'changed') return;
  if (released.item.state === 'resolving') await deps.bells.work(item.id, given.notBefore - clock.now());
  await deps.bells.notify(item.id);
}
