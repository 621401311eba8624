import type { Digest } from '../../core/oci/digest.ts';
import { digestPrefix } from '../../core/oci/digest.ts';
import { referenceKey } from '../../core/oci/reference.ts';
import type { CopyResult, PushResult, ReferrersResult } from '../../core/request/copy-result.ts';
import { failures } from '../../core/request/failure.ts';
import type { Image } from '../../core/request/image.ts';
import { isGateOpen } from '../../core/request/releasing.ts';
import { copyImage } from '../copy/copy-image.ts';
import { imageBlobs, planCopy } from '../copy/plan.ts';
import { checkTag, putTag } from '../copy/put-tag.ts';
import type { WorkerDeps } from '../deps.ts';
import type { Repository } from '../registry/registry.ts';
import type { CopyJob } from './copy.ts';
import { copyPinned } from './copy-pinned.ts';
import { transferInto } from './part-transfer.ts';
import { pinPlatforms } from './pin-platforms.ts';
import { keptManifest, readTree, type ReadTree } from './read-tree.ts';
import { beginTracking } from './tracking.ts';
import { atBoth, atTarget, roleOf, Trouble } from './trouble.ts';

/**
 * Plan, blobs, manifests by digest, tag, verify, record. Where the rule has a scan gate it is asked between the manifests
 * and the tag: the image is given back as pushed, and taken again when the gate is open. Throws Trouble, or the reason of
 * the lease's signal.
 */
export async function copyToEcr(deps: WorkerDeps, job: CopyJob): Promise<void> {
  const { item, lease } = job;
  const image = item.images[job.image];
  const digest = image?.targetDigest;
  if (!image || !digest) throw new Error('a claimed image has a digest');
  const { source, target } = image;
  const { signal } = lease;
  const startedAt = deps.clock.now();
  const ecr = deps.ecrOf(target);

  const ensured = await atTarget(image, () => ecr.ensure(target.repository, signal));
  if (ensured.kind === 'mayNotCreate') throw mayNotCreate(image, ensured.permission);
  const { created, repositoryUri } = ensured;
  const repository = ecr.repository(ensured, target.repository);
  const before = await atTarget(image, () => checkTag(repository, { tag: target.tag, digest, signal }));
  if (before.kind === 'other' && !mayReplace(image, before.holds)) throw tagTaken(image, before.holds);
  if (before.kind === 'same') return recordStanding(deps, job, { repositoryUri, startedAt });
  if (image.pushed && (await isStillThere(image, { repository, digest, signal }))) {
    return tagPushed(deps, job, { repository, repositoryUri, startedAt, pushed: image.pushed });
  }

  const { tree, pulls } = await atBoth(image, () => readImage(deps, { image, digest, signal }));
  const blobs = imageBlobs(tree);
  const plan = planCopy(tree, await atTarget(image, () => ecr.present(target.repository, blobs, signal)));
  const report = (stage: 'blobs' | 'manifests' | 'tag', doneBytes: number): void =>
    lease.report({ stage, doneBytes, totalBytes: plan.missingBytes });
  await atBoth(image, () =>
    copyImage({
      source: deps.sources.repository(source),
      target: repository,
      tree,
      plan,
      signal,
      concurrency: deps.config.limits.blobsAtOnce,
      slots: deps.slots,
      transfer: transferInto(deps, { ecr, to: target, onKept: lease.keep }),
      onProgress: ({ doneBytes, totalBytes }) =>
        report(doneBytes < totalBytes ? 'blobs' : 'manifests', doneBytes),
    }),
  );

  const beside = await copyPinned(deps, { image, tree, target: repository, ecr, signal });
  const done: Done = {
    repositoryUri,
    startedAt,
    createdRepository: created || image.plan?.createsRepository === true,
    copiedBytes: plan.missingBytes + beside.copiedBytes,
    presentBytes: plan.presentBytes,
    pulls: (image.plan?.pulls?.cost ?? 0) + pulls + beside.pulls,
    ...(beside.referrers && { referrers: beside.referrers }),
    ...(ensured.drift.length > 0 && { drift: ensured.drift }),
  };
  if (!isGateOpen(item, image)) return recordPushed(deps, job, image, done);
  await tag(deps, job, image, repository, tree.manifest);
  const tagMovedTo = await movedTag(deps, image, signal);
  await record(deps, job, image, { ...done, ...(tagMovedTo && { tagMovedTo }) });
}

/** What has no tag may be expired by a lifecycle policy while it is held: then everything is sent again. */
function isStillThere(
  image: Image,
  { repository, digest, signal }: { repository: Repository; digest: Digest; signal: AbortSignal },
): Promise<boolean> {
  return atTarget(image, async () => (await repository.headManifest(digest, signal)) !== undefined);
}

interface Pushed {
  readonly repository: Repository;
  readonly repositoryUri: string;
  readonly startedAt: number;
  readonly pushed: PushResult;
}

/** The gate is open and all bytes are there: only the tag is missing. */
async function tagPushed(
  deps: WorkerDeps,
  job: CopyJob,
  { pushed, repository, repositoryUri, startedAt }: Pushed,
): Promise<void> {
  const image = job.item.images[job.image];
  const digest = image?.targetDigest;
  if (!image || !digest) throw new Error('a claimed image has a digest');
  const { signal } = job.lease;
  const kept = await keptManifest(deps, digest);
  const manifest = kept ?? (await atTarget(image, () => repository.getManifest(digest, signal)));
  await tag(deps, job, image, repository, manifest);
  const tagMovedTo = await movedTag(deps, image, signal);
  const { attestations: _, pushedAt: __, tookMs, ...result } = pushed;
  const more = tagMovedTo && { tagMovedTo };
  await record(deps, job, image, { ...result, repositoryUri, startedAt: startedAt - tookMs, ...more });
}

async function recordPushed(deps: WorkerDeps, job: CopyJob, image: Image, done: Done): Promise<void> {
  const { startedAt, repositoryUri, tagMovedTo: _, ...result } = done;
  const pushedAt = deps.clock.now();
  const attestations = image.facts?.attestations ?? 0;
  const { image: id, owner, fence, item } = job;
  const written = await job.write({
    kind: 'pushed',
    image: id,
    owner,
    fence,
    repositoryUri,
    result: { ...result, pushedAt, tookMs: pushedAt - startedAt, attestations },
  });
  const { copiedBytes } = done;
  if (written)
    deps.log('info', 'pushed; the tag waits for its scan', { requestId: item.id, image: id, copiedBytes });
}

/** A HEAD costs no pull. Only told: what was approved has been copied. */
async function movedTag(deps: WorkerDeps, image: Image, signal: AbortSignal): Promise<Digest | undefined> {
  const { source, sourceDigest } = image;
  if (source.digest !== undefined || !sourceDigest) return undefined;
  try {
    const now = await deps.sources.repository(source).headManifest(referenceKey(source), signal);
    return now && now.digest !== sourceDigest ? now.digest : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** The image's manifests. A new index of chosen platforms is at no registry: it is made again where its bytes are gone. */
async function readImage(
  deps: WorkerDeps,
  { image, digest, signal }: { readonly image: Image; readonly digest: Digest; readonly signal: AbortSignal },
): Promise<ReadTree> {
  const entry = image;
  const { sourceDigest = digest } = image;
  if (sourceDigest === digest || (await keptManifest(deps, digest)))
    return readTree(deps, { entry, signal }, digest);
  const again = await pinPlatforms(deps, { entry, signal }, sourceDigest);
  if (again.kind === 'refused' || again.digest !== digest) {
    throw new Trouble({ failure: failures.sourceGone({ source: image.source, digest }), passing: false });
  }
  const { tree, pulls } = await readTree(deps, { entry, signal }, digest);
  return { tree, pulls: pulls + again.pulls };
}

/** The tag holds the digest already: by an earlier try of ours, whose answer was lost, or by somebody else. */
export async function recordStanding(
  deps: WorkerDeps,
  job: CopyJob,
  { repositoryUri, startedAt }: Pick<Done, 'repositoryUri' | 'startedAt'>,
): Promise<void> {
  const image = (await deps.store.requests.get(job.item.id))?.images[job.image];
  if (!image) throw new Error('a claimed image is in its request');
  const { facts, plan, pushed, taggingAt } = image;
  const moved =
    taggingAt === undefined
      ? { copiedBytes: 0, presentBytes: facts?.sizeBytes ?? 0, pulls: 0, createdRepository: false }
      : {
          ...(pushed?.referrers && { referrers: pushed.referrers }),
          copiedBytes: plan?.missingBytes ?? 0,
          presentBytes: plan?.presentBytes ?? 0,
          pulls: plan?.pulls?.cost ?? 0,
          createdRepository: plan?.createsRepository === true,
        };
  await record(deps, job, image, { repositoryUri, startedAt, ...moved });
}

/** The mark first, then the PUT, and only while nobody else can have the image. */
async function tag(
  deps: WorkerDeps,
  job: CopyJob,
  image: Image,
  repository: Repository,
  manifest: Parameters<typeof putTag>[0]['manifest'],
): Promise<void> {
  const { timing } = deps.config.limits;
  const { image: id, owner, fence, lease } = job;
  // The one that stays first: the tag that people use is the last thing that becomes visible.
  const names = [...(image.alsoTag === undefined ? [] : [image.alsoTag]), image.target.tag];
  for (const name of names) {
    if (!(await job.write({ kind: 'tagging', image: id, owner, fence })))
      throw new Error('the lease was lost');
    if (!(await lease.beat())) throw new Error('the lease was lost');
    if (lease.until - deps.clock.now() <= timing.putTimeoutMs + timing.graceMs) {
      throw new Error('the lease is shorter than a PUT may take');
    }
    const deadline = AbortSignal.timeout(timing.putTimeoutMs);
    const signal = AbortSignal.any([lease.signal, deadline]);
    const put = await atTarget(image, () =>
      putTag({ target: repository, tag: name, manifest, signal }),
    ).catch((error: unknown) => {
      throw deadline.aborted ? silent(image, error) : error;
    });
    if (put.kind === 'conflict') throw tagTaken(image, put.holds);
    const after = await atTarget(image, () =>
      checkTag(repository, { tag: name, digest: manifest.digest, signal: lease.signal }),
    );
    if (after.kind === 'other') throw tagTaken(image, after.holds);
    if (after.kind === 'missing') throw new Error('the tag was put and is not there');
  }
}

/** A tag that moves leaves what was on the card, and nothing that came there since. */
const mayReplace = ({ moved }: Image, holds: Digest): boolean => moved?.by === 'move' && moved.from === holds;

interface Done {
  readonly startedAt: number;
  readonly repositoryUri: string;
  readonly createdRepository: boolean;
  readonly copiedBytes: number;
  readonly presentBytes: number;
  readonly pulls: number;
  readonly referrers?: ReferrersResult;
  readonly tagMovedTo?: Digest;
  readonly drift?: NonNullable<CopyResult['drift']>;
}

async function record(deps: WorkerDeps, job: CopyJob, image: Image, done: Done): Promise<void> {
  const { startedAt, repositoryUri, ...result } = done;
  const digest = image.targetDigest;
  if (!digest) throw new Error('a claimed image has a digest');
  const copiedAt = deps.clock.now();
  const current = {
    sourceDigest: image.sourceDigest ?? digest,
    targetDigest: digest,
    request: job.item.id,
    copiedAt,
  };
  // A tag that was there without our mark was put by somebody else: it is not recorded as approved here.
  const ours = (await deps.store.requests.get(job.item.id))?.images[job.image]?.taggingAt !== undefined;
  if (ours) await recordCurrent(deps, job, image, current);
  const attestations = image.facts?.attestations ?? 0;
  await job.write({
    kind: 'copied',
    image: job.image,
    owner: job.owner,
    fence: job.fence,
    repositoryUri,
    result: { copiedAt, tookMs: copiedAt - startedAt, attestations, ...result },
  });
  deps.log('info', 'copied', {
    requestId: job.item.id,
    image: job.image,
    digest,
    copiedBytes: done.copiedBytes,
  });
}

/** The row of the tag that was asked for is what a later look compares with, whichever tag holds the digest. */
async function recordCurrent(
  { store }: WorkerDeps,
  { item, image: id }: CopyJob,
  image: Image,
  current: Parameters<WorkerDeps['store']['targets']['setCurrent']>[1],
): Promise<void> {
  const { targets } = store;
  const { alsoTag, target } = image;
  const asked = item.entries[id]?.target ?? target;
  const suffixed = asked.tag !== target.tag;
  await targets.setCurrent(asked, suffixed ? { tag: target.tag, ...current } : current);
  // Who asks for the suffix tag itself is told where it came from.
  const other = alsoTag ?? (suffixed ? target.tag : undefined);
  if (other !== undefined) await targets.setAlso({ ...target, tag: other }, current);
  await beginTracking(store, item, { source: image.source, target: asked, platforms: image.platforms });
}

function silent(image: Image, cause: unknown): Trouble {
  const failure = failures.ecrUnreachable({ ...image, detail: 'the tag was put and no answer came in time' });
  return new Trouble({ failure, passing: true }, cause);
}

function mayNotCreate(image: Image, permission: { readonly principal?: string }): Trouble {
  const { source, target } = image;
  const role = roleOf(permission.principal);
  return new Trouble({ failure: failures.repositoryMissing({ source, target, role }), passing: false });
}

function tagTaken(image: Image, holds: Digest): Trouble {
  const { source, target, targetDigest } = image;
  const wanted = targetDigest ?? holds;
  const suffixTag = `${target.tag}-${digestPrefix(wanted)}`;
  return new Trouble({
    failure: failures.tagHoldsOther({ source, target, holds, wanted, suffixTag }),
    passing: false,
  });
}
