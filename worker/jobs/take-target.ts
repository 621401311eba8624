import type { Digest } from '../../core/oci/digest.ts';
import { isSettled, type ImageId } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { TargetRow } from '../../core/store/store.ts';
import type { WorkerDeps } from '../deps.ts';
import type { ResolveJob } from './resolve-image.ts';

/** What an image is pinned to: the source's digest, and what will stand in ECR. */
export interface Pins {
  readonly sourceDigest: Digest;
  readonly digest: Digest;
}

interface Current {
  readonly current: TargetRow['current'];
}
interface Other {
  readonly kind: 'other';
  readonly request: string;
  readonly image: ImageId;
  readonly digest: Digest;
}
export type TargetOwner =
  | (Current & { readonly kind: 'free'; readonly version: number })
  /** An earlier try of this very image took it: that digest is the pin. */
  | (Current & { readonly kind: 'ours'; readonly version: number } & Pins)
  | (Current & Other);

/** Whose the target is now. The row is true only while its owner is unsettled, so the owner is asked. */
export async function targetOwner(deps: WorkerDeps, { item, id, entry }: ResolveJob): Promise<TargetOwner> {
  const row = await deps.store.targets.get(entry.target);
  const current = row?.current;
  const version = row?.version ?? 0;
  const open = row?.open;
  if (!open) return { kind: 'free', version, current };
  const { request, image, digest, sourceDigest = digest } = open;
  if (request === item.id && image === id) return { kind: 'ours', version, digest, sourceDigest, current };
  const owner = await deps.store.requests.get(request);
  if (!owner || isImageSettled(owner, image)) return { kind: 'free', version, current };
  // What was offered is the truth, also where the row was taken by a look that was given up.
  return { kind: 'other', request, image, digest: owner.images[image]?.targetDigest ?? digest, current };
}

export type Taken =
  | { readonly kind: 'taken' }
  /** By another look of this very image, for what the tag meant then: that is the pin. */
  | { readonly kind: 'pinned' }
  | Other;

/** Takes the target for this image; a lost race is looked at again. */
export async function takeTarget(deps: WorkerDeps, job: ResolveJob, pins: Pins): Promise<Taken> {
  const { digest, sourceDigest } = pins;
  for (;;) {
    job.signal.throwIfAborted();
    const owner = await targetOwner(deps, job);
    if (owner.kind === 'other') return owner;
    if (owner.kind === 'ours' && owner.digest === digest) return { kind: 'taken' };
    // This look began before that one ended, and stood still meanwhile.
    if (owner.kind === 'ours' && owner.sourceDigest !== sourceDigest) return { kind: 'pinned' };
    const other = sourceDigest === digest ? {} : { sourceDigest };
    const open = { request: job.item.id, image: job.id, digest, ...other };
    if (await deps.store.targets.take(job.entry.target, owner.version, open)) return { kind: 'taken' };
  }
}

function isImageSettled(owner: RequestItem, image: ImageId): boolean {
  if (owner.state === 'finished' || owner.state === 'refused') return true;
  const its = owner.images[image];
  return its !== undefined && isSettled(its);
}
