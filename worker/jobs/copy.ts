import { OutOfTime } from '../../core/lambda/deadline.ts';
import { familiarReference } from '../../core/oci/reference.ts';
import { hostName } from '../../core/request/failure.ts';
import { isScanAwaited, type ImageId } from '../../core/request/image.ts';
import { imagesOf, isSingle, type RequestItem } from '../../core/request/request.ts';
import type { Input } from '../../core/request/input.ts';
import { newToken } from '../../core/store/change.ts';
import type { WorkerDeps } from '../deps.ts';
import { backoffMs } from './backoff.ts';
import { copyToEcr, recordStanding } from './copy-to-ecr.ts';
import { gaveUp } from './gave-up.ts';
import { type KeptLease, openLease } from './lease.ts';
import { Trouble } from './trouble.ts';

/** After the first try that failed for a passing reason. */
const BACKOFF_MS = 10_000;

export interface CopyJob {
  readonly item: RequestItem;
  readonly image: ImageId;
  readonly owner: string;
  readonly fence: number;
  readonly lease: KeptLease;
  /** Writes one of this job's changes; false = the lease is gone. */
  readonly write: (input: Input) => Promise<boolean>;
}

/** Claims one image and brings it to an end, or gives it back. */
export async function copyOne(
  deps: WorkerDeps,
  read: RequestItem,
  { image, signal }: { readonly image: ImageId; readonly signal: AbortSignal },
): Promise<void> {
  const { clock, config } = deps;
  const owner = newToken(clock.random);
  const deadline = () => clock.now() + config.limits.timing.leaseMs / 2;
  const claimed = await deps.change({
    id: read.id,
    deadline: deadline(),
    input: () => ({ kind: 'claim', image, owner }),
  });
  if (claimed.kind !== 'changed') return;
  const { item } = claimed;
  const { fence = 0, until = 0 } = item.work[image] ?? {};
  await deps.bells.notify(item.id);
  if (item.images[image]?.state !== 'copying') {
    const requestId = item.id;
    deps.log('error', 'an image without the approvals of its rule was not copied', { requestId, image });
    return;
  }
  const lease = openLease(
    deps,
    { id: item.id, key: image, owner, fence, until, slow: !isSingle(item) },
    signal,
  );
  const write = async (input: Input): Promise<boolean> => {
    const changed = await deps.change({ id: item.id, deadline: deadline(), input: () => input });
    if (changed.kind === 'unsure') throw new Error('the store did not answer');
    return changed.kind === 'changed';
  };
  const job: CopyJob = { item, image, owner, fence, lease, write };
  lease.whenStill(() => void tellStill(deps, job));
  try {
    const { rule } = item.images[image] ?? {};
    await copyToEcr({ ...deps, sources: deps.sources.forRule(rule?.readAs ?? rule?.name) }, job);
  } catch (error) {
    lease.whenStill(undefined);
    if (!lease.lost) await giveUp(deps, job, { error, stop: signal });
  } finally {
    lease.close();
  }
  await deps.bells.notify(item.id);
  await ringForMore(deps, item.id);
}

/** A registry that neither answers nor refuses can take minutes; people read what is waited for before. */
async function tellStill(deps: WorkerDeps, { image, item }: CopyJob): Promise<void> {
  const { source, target } = item.images[image] ?? {};
  if (!source || !target) return;
  const summary = `Nothing of ${familiarReference(source)} has moved for a while: ${hostName(source.registry)} or ECR in ${target.region} does not answer.`;
  const { clock, config } = deps;
  const deadline = clock.now() + config.limits.timing.leaseMs / 2;
  try {
    const input = { kind: 'delay', code: 'nothingMoves', summary, image } as const;
    const changed = await deps.change({ id: item.id, deadline, input: () => input });
    if (changed.kind === 'changed') await deps.bells.notify(item.id);
  } catch (error) {
    deps.log('warn', 'that nothing moves was not told', { requestId: item.id, image, error });
  }
}

/** What is left of this image or its siblings is rung for at the time it can be done. */
async function ringForMore(deps: WorkerDeps, id: string): Promise<void> {
  const item = await deps.store.requests.get(id);
  if (!item) return;
  const now = deps.clock.now();
  const waits = imagesOf(item).flatMap(([, image]) => {
    if (image.state === 'queued') return [Math.max(0, image.notBefore - now)];
    return isScanAwaited(image) ? [deps.config.limits.timing.scanFirstLookMs] : [];
  });
  if (waits.length > 0) await deps.bells.work(id, Math.min(...waits));
}

interface Ending {
  readonly error: unknown;
  /** Of the process, not of the lease. */
  readonly stop: AbortSignal;
}

async function giveUp(deps: WorkerDeps, job: CopyJob, { error, stop }: Ending): Promise<void> {
  const { item, image, owner, fence } = job;
  const { clock, config } = deps;
  const held = { image, owner, fence };
  // A process that is stopped says nothing of the image. One whose time was up and that brought nothing across does:
  // that counts as a try, else it would go on for ever.
  const progressed = !(stop.reason instanceof OutOfTime) || job.lease.kept;
  const giveBack = () => job.write({ kind: 'yield', ...held, progressed });
  if (stop.aborted) {
    await giveBack();
    return;
  }
  const current = (await deps.store.requests.get(item.id))?.images[image];
  const attempt = current?.attempt ?? 1;
  const { failure, passing, retryAt } = Trouble.of(error, item.images[image]);
  deps.log('warn', 'an image was not copied', { requestId: item.id, image, attempt, error });
  const more = attempt < config.limits.timing.copyAttempts;
  const postpone = async (at: number | undefined): Promise<void> => {
    const pause = backoffMs({ attempt, code: failure.code, random: clock.random() }, BACKOFF_MS);
    const notBefore = Math.ceil(at ?? clock.now() + pause);
    await job.write({ kind: 'postpone', ...held, notBefore, failure });
  };
  if (passing && more) return postpone(retryAt);
  const tag =
    current?.taggingAt === undefined ? 'missing' : await tagAfterDoubt(deps, job, current.taggingAt);
  switch (tag) {
    case 'ours':
      return;
    case 'stopped':
      await giveBack();
      return;
    case 'unknown':
      // However often it was tried: nobody says that it failed before the tag was looked at.
      return postpone(undefined);
    case 'missing':
      break;
    default:
      return tag satisfies never;
  }
  await job.write({ kind: 'fail', ...held, failure: gaveUp(failure) });
}

/**
 * A tag that was begun to be put may appear until its PUT's deadline and the grace are over: until then, and before the
 * tag was looked at, nobody can say that the image failed. The lease is kept meanwhile.
 */
export async function tagAfterDoubt(
  deps: WorkerDeps,
  job: CopyJob,
  taggingAt: number,
): Promise<'ours' | 'missing' | 'unknown' | 'stopped'> {
  const { putTimeoutMs, graceMs } = deps.config.limits.timing;
  const image = job.item.images[job.image];
  if (!image) return 'missing';
  try {
    await deps.clock.sleep(
      Math.max(0, taggingAt + putTimeoutMs + graceMs - deps.clock.now()),
      job.lease.signal,
    );
    const stands = await deps.ecrOf(image.target).standing(image.target, job.lease.signal);
    if (stands.kind !== 'tag' || stands.digest !== image.targetDigest) return 'missing';
    await recordStanding(deps, job, { repositoryUri: stands.repositoryUri, startedAt: taggingAt });
    return 'ours';
  } catch (error) {
    if (job.lease.signal.aborted) return 'stopped';
    deps.log('warn', 'a tag in doubt could not be looked at', { requestId: job.item.id, error });
    return 'unknown';
  }
}
