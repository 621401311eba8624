import { isClaimable } from '../../core/request/copying.ts';
import { type Failure, failures } from '../../core/request/failure.ts';
import type { Image, ImageId } from '../../core/request/image.ts';
import type { Input } from '../../core/request/input.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { newToken } from '../../core/store/change.ts';
import type { WorkerDeps } from '../deps.ts';
import { backoffMs } from './backoff.ts';
import { type CopyJob, tagAfterDoubt } from './copy.ts';
import { openLease } from './lease.ts';

/** After a death without a word: long enough for a process that starts anew. */
const BACKOFF_MS = 30_000;

/**
 * All tries of a copy are used up, and none of them came to an end: whoever had the last one is gone. A try that ends says
 * so itself, so this is the mark of a job that kills its process, and one more try would only kill the next.
 */
export function isSpent(deps: Pick<WorkerDeps, 'config' | 'clock'>, item: RequestItem, id: ImageId): boolean {
  const image = item.images[id];
  if (!image || image.yielded || !isClaimable(item, id, deps.clock.now())) return false;
  return image.attempt >= deps.config.limits.timing.copyAttempts;
}

export interface Dead {
  readonly image: ImageId;
  readonly signal: AbortSignal;
}

/**
 * A doorbell died on the way, so one try of the image it was for is counted: of the one whose lease ran out, else of the
 * first that waits. That alone does not tell a job that kills its process from a database that was away, so only an image
 * whose tries are used up ends. False = nothing here can be claimed.
 */
export async function countDeath(deps: WorkerDeps, item: RequestItem, signal: AbortSignal): Promise<boolean> {
  const now = deps.clock.now();
  const claimable = imagesOf(item).filter(([id]) => isClaimable(item, id, now));
  const [found] = claimable.toSorted(([, a], [, b]) => rank(a) - rank(b));
  if (found) await afterDeath(deps, item, { image: found[0], signal });
  return found !== undefined;
}

const rank = ({ state }: Image): number => (state === 'copying' ? 0 : 1);

/**
 * Takes the image as a worker would. Where its tries are used up it ends as failed, with a Retry button; else it waits for
 * the next one. Throws where the store does not answer.
 */
export async function afterDeath(
  deps: WorkerDeps,
  read: RequestItem,
  { image, signal }: Dead,
): Promise<void> {
  const { bells, change, clock, config, log } = deps;
  const owner = newToken(clock.random);
  const written = async (input: Input): Promise<RequestItem | undefined> => {
    const deadline = clock.now() + config.limits.timing.leaseMs / 2;
    const changed = await change({ id: read.id, deadline, input: () => input });
    if (changed.kind === 'unsure') throw new Error('the store did not answer');
    return changed.kind === 'changed' ? changed.item : undefined;
  };
  const spent = isSpent(deps, read, image);
  const item = await written({ kind: 'claim', image, owner });
  const mine = item?.images[image];
  // Somebody is at it after all, or its approvals do not fit and the claim itself ended it.
  if (!item || mine?.state !== 'copying') return bells.notify(read.id);
  const { fence = 0, until = 0 } = item.work[image] ?? {};
  const held = { image, owner, fence };
  const lease = openLease(deps, { id: item.id, key: image, owner, fence, until }, signal);
  const write = async (input: Input): Promise<boolean> => (await written(input)) !== undefined;
  const job: CopyJob = { item, image, owner, fence, lease, write };
  const before = read.images[image];
  const times = Math.max(1, before?.attempt ?? 0);
  // The last try may have ended after all, with its tag in doubt: then its own reason stands.
  const told = before?.state === 'queued' && before.failure?.code !== 'workerDied' && before.failure;
  const failure = told || failures.workerDied({ source: mine.source, times });
  const later = (): Promise<boolean> => {
    const { code } = failure;
    const pause = backoffMs({ attempt: mine.attempt, code, random: clock.random() }, BACKOFF_MS);
    return write({ kind: 'postpone', ...held, notBefore: Math.ceil(clock.now() + pause), failure });
  };
  log('error', 'a worker stopped in the middle of an image', { requestId: item.id, image, times });
  try {
    if (spent) await end(deps, job, { failure, taggingAt: mine.taggingAt, later });
    else await later();
  } finally {
    lease.close();
  }
  await Promise.all([bells.notify(item.id), bells.work(item.id)]);
}

interface Ending {
  readonly failure: Failure;
  readonly taggingAt: number | undefined;
  readonly later: () => Promise<boolean>;
}

/** A tag that was begun is looked at before anybody says that there is none. */
async function end(deps: WorkerDeps, job: CopyJob, { failure, taggingAt, later }: Ending): Promise<void> {
  const { fence, image, owner } = job;
  const held = { image, owner, fence };
  const tag = taggingAt === undefined ? 'missing' : await tagAfterDoubt(deps, job, taggingAt);
  switch (tag) {
    case 'ours':
      return;
    case 'stopped':
      await job.write({ kind: 'yield', ...held, progressed: false });
      return;
    case 'unknown':
      await later();
      return;
    case 'missing':
      await job.write({ kind: 'fail', ...held, failure });
      return;
    default:
      return tag satisfies never;
  }
}
