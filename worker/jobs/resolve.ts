import type { Entry, ImageId } from '../../core/request/image.ts';
import { isSingle, RESOLVE, type RequestItem } from '../../core/request/request.ts';
import type { Failure } from '../../core/request/failure.ts';
import type { Outcome } from '../../core/request/input.ts';
import { isLookDue } from '../../core/request/scheduling.ts';
import { newToken } from '../../core/store/change.ts';
import type { WorkerDeps } from '../deps.ts';
import { backoffMs } from './backoff.ts';
import { gaveUp } from './gave-up.ts';
import { openLease } from './lease.ts';
import { askAgain, BACKOFF_MS, lookUpAll } from './look-up-all.ts';
import { overLookups } from './lookup-quota.ts';
import { overOpen } from './open-quota.ts';
import { resolveImage } from './resolve-image.ts';
import { lookForRun } from '../schedules/run.ts';
import { Trouble } from './trouble.ts';

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
  let { item } = claimed;
  if (item.state !== 'resolving') {
    // The last attempt was one too many: the request was refused in the claim.
    await deps.bells.notify(item.id);
    return;
  }
  const { fence = 0, until = 0 } = item.work[RESOLVE] ?? {};
  const lease = openLease(
    deps,
    { id: item.id, key: RESOLVE, owner, fence, until, slow: !isSingle(item) },
    signal,
  );
  try {
    if (isLookDue(item)) {
      const asked = await lookForRun(deps, { item, owner, fence, signal: lease.signal });
      if (!asked) return;
      item = asked;
    }
    const over = (await overOpen(deps, item)) ?? (await overLookups(deps, item));
    const outcomes = over
      ? refusedAll(item, over)
      : await lookUpAll(deps, { item, signal: lease.signal, look: (job) => resolveImage(deps, job) });
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

function refusedAll(
  { entries }: RequestItem,
  why: (entry: Entry) => Failure,
): Readonly<Record<ImageId, Outcome>> {
  return Object.fromEntries(
    Object.entries(entries).map(([id, entry]) => [id, { kind: 'refused', failure: why(entry) }]),
  );
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
