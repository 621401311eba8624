import { failures } from '../../core/request/failure.ts';
import { RESOLVE, type RequestItem } from '../../core/request/request.ts';
import { newToken } from '../../core/store/change.ts';
import type { WorkerDeps } from '../deps.ts';
import { backoffMs } from './backoff.ts';
import { countDeath } from './spent.ts';

const BACKOFF_MS = 30_000;

/**
 * One work doorbell that came out of the dead-letter queue: nobody could answer it, time and again. The item tells what
 * it was for. What is finished, or in somebody's hands, or paused, is left as it is: a redrive harms nothing at any time.
 * Throws where the store does not answer: the message then stays.
 */
export async function answerDeadLetter(deps: WorkerDeps, id: string, signal: AbortSignal): Promise<void> {
  const { config, log, store } = deps;
  const item = await store.requests.get(id);
  const counted =
    item !== undefined &&
    !config.paused &&
    (item.state === 'resolving' ? await countLookup(deps, item) : await countDeath(deps, item, signal));
  if (!counted) log('info', 'a dead doorbell had nothing left to do', { requestId: id, state: item?.state });
}

/** A look-up counts its own tries, and the last one refuses the request; this one died without being counted. */
async function countLookup(deps: WorkerDeps, read: RequestItem): Promise<boolean> {
  const { bells, change, clock, config, log } = deps;
  const deadline = () => clock.now() + config.limits.timing.leaseMs / 2;
  const owner = newToken(clock.random);
  const claimed = await change({
    id: read.id,
    deadline: deadline(),
    input: () => ({ kind: 'claimResolve', owner }),
  });
  if (claimed.kind === 'unsure') throw new Error('the store did not answer');
  if (claimed.kind !== 'changed') return false;
  const { fence = 0, attempt = 1 } = claimed.item.work[RESOLVE] ?? {};
  const [entry] = Object.values(read.entries);
  log('error', 'a worker stopped in the middle of a look-up', { requestId: read.id, times: attempt });
  if (claimed.item.state === 'resolving' && entry) {
    const failure = failures.resolveGaveUp({ source: entry.source, attempts: attempt });
    const pause = backoffMs({ attempt, code: failure.code, random: clock.random() }, BACKOFF_MS);
    const notBefore = Math.ceil(clock.now() + pause);
    await change({
      id: read.id,
      deadline: deadline(),
      input: () => ({ kind: 'releaseResolve', owner, fence, notBefore, failure }),
    });
    await bells.work(read.id, pause);
  }
  await bells.notify(read.id);
  return true;
}
