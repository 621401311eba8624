import type { Digest } from '../../core/oci/digest.ts';
import { digestPrefix, shortDigest } from '../../core/oci/digest.ts';
import { familiarReference, referenceKey } from '../../core/oci/reference.ts';
import { copyImage } from '../copy/copy-image.ts';
import { pick } from '../copy/pick.ts';
import type { Flights } from '../copy/flights.ts';
import { type CopyPlan, imageBlobs, planCopy } from '../copy/plan.ts';
import type { Progress } from '../copy/progress.ts';
import { putTag } from '../copy/put-tag.ts';
import { fetchTree, type ImageTree, manifestsOf } from '../copy/tree.ts';
import type { Repository } from '../registry/registry.ts';
import { copyBeside, findBeside, plannedBeside } from './beside.ts';
import type { Options } from './command-line.ts';
import { copyCommand } from './copy-command.ts';
import { Failed } from './failed.ts';
import type { Outcome } from './outcome.ts';
import { formatTarget, type Pair } from './pair.ts';
import { platformMissing } from './platform-missing.ts';
import { refusalOf } from './refusals.ts';
import type { Session } from './session.ts';
import { sourceMissing } from './source-missing.ts';

export interface MirrorImage {
  readonly pair: Pair;
  readonly options: Options;
  /** Only look. */
  readonly dryRun: boolean;
  /** Blobs of this image at once. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * One image from a tag or digest to a tag: what it is, whether it stands there already, what is missing, and unless it
 * is only planned, the copy. Throws Failed, or what a registry or the SDK threw.
 */
export async function mirrorImage(session: Session, job: MirrorImage): Promise<Outcome> {
  const { options, pair, signal } = job;
  const startedAt = session.now();
  const { source, manifestGets } = counted(await session.source(pair.source));
  const target = await session.target(pair.target);
  const { tag } = pair.target;
  // Both sides are asked at once: neither answer is needed for the other's question.
  const asked = target.standing(tag, signal);
  // What is wrong with the source is told first.
  asked.catch(() => {});
  const head = await source.headManifest(referenceKey(pair.source), signal);
  if (!head) throw await sourceMissing(source, job);
  const picked = await pick(source, {
    digest: head.digest,
    platforms: options.platforms,
    signal,
  });
  if (picked.kind === 'no such platform') throw platformMissing(pair.source, picked);
  const { digest, newIndex, known } = picked;

  const standing = await asked;
  if (standing.kind === 'tag' && standing.digest === digest) {
    return { kind: 'already there', digest, tookMs: session.now() - startedAt };
  }
  if (standing.kind === 'tag' && !standing.movable) throw taken(job, digest, standing.digest);
  const replaces = standing.kind === 'tag' ? { replaces: standing.digest } : {};

  const [tree, pullThroughPrefixes] = await Promise.all([
    fetchTree(source, digest, { known: (each) => known.get(each), signal }),
    target.pullThroughPrefixes(signal),
  ]);
  const blobs = imageBlobs(tree);
  // Before the target is asked for each blob: what cannot be stored is not looked for.
  const { repository: into } = pair.target;
  const refusal = refusalOf(planCopy(tree, new Set(), { repository: into, pullThroughPrefixes }), job);
  if (refusal) throw new Failed(refusal);
  const plan = planCopy(tree, await target.present(blobs, signal));
  const found = options.referrers ? await findBeside(source, { tree, newIndex, signal }) : undefined;
  if (job.dryRun) {
    const missing = new Set(plan.blobs.map((blob) => blob.digest));
    const pulls = session.rateLimit(pair.source.registry);
    return {
      kind: 'planned',
      digest,
      newIndex,
      ...replaces,
      plan,
      presentBlobs: blobs.filter((blob) => !missing.has(blob.digest)),
      manifestGets: manifestGets(),
      ...(pulls && { pulls }),
      createsRepository: standing.kind === 'no repository',
      ...(found && { beside: await plannedBeside(found, pair.target.kind) }),
    };
  }

  const repository = await target.open(signal);
  const { concurrency, onProgress } = job;
  // A blob that another image of the list brought is not a byte of this one.
  const ours = new Set<string>();
  const noted = (key: string, work: () => Promise<void>) => () => work().then(() => void ours.add(key));
  const flights: Flights = {
    ...session.flights,
    join: (key, work, giveUp) => session.flights.join(key, noted(key, work), giveUp),
    again: (key, work, giveUp) => session.flights.again(key, noted(key, work), giveUp),
  };
  // What speaks of the image comes between its bytes and its tag.
  const apart = (found?.referrers.length ?? 0) > 0;
  const common = { source, target: repository, signal, concurrency, flights };
  const copied = await copyImage({ ...common, tree, plan, onProgress, tag: apart ? undefined : tag });
  target.arrived([...blobs, ...manifestsOf(tree)].map((each) => each.digest));
  const { kind } = pair.target;
  const copy = async (each: ImageTree, of: CopyPlan): Promise<void> => {
    await copyImage({ ...common, tree: each, plan: of });
  };
  const beside = found && (await copyBeside({ found, repository, target, kind, copy, signal }));
  const put = apart ? await putTag({ target: repository, tag, manifest: tree.manifest, signal }) : copied;
  if (put.kind === 'conflict') throw taken(job, digest, put.holds);
  const brought = blobs.filter((blob) => ours.has(`${repository.host}/${repository.name}@${blob.digest}`));
  const copiedBytes = brought.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  return {
    kind: 'copied',
    digest,
    newIndex,
    ...replaces,
    copiedBytes,
    presentBytes: plan.totalBytes - copiedBytes,
    ...(beside && { beside }),
    tookMs: session.now() - startedAt,
  };
}

/** The same repository, and how many manifests it was asked for. */
function counted(source: Repository) {
  let gets = 0;
  const getManifest: Repository['getManifest'] = (key, signal) => {
    gets += 1;
    return source.getManifest(key, signal);
  };
  return { source: { ...source, getManifest }, manifestGets: () => gets };
}

/** Tags of the repository do not move, and this one means something else. */
function taken({ options, pair: { source, target } }: MirrorImage, wanted: Digest, holds: Digest): Failed {
  const image = familiarReference(source);
  const other = { ...target, tag: `${target.tag}-${digestPrefix(wanted)}` };
  return new Failed({
    code: 'tagHoldsOther',
    summary: `${formatTarget(target)} already holds another image (${shortDigest(holds)}, ${image} is ${shortDigest(wanted)} now), and tags of that repository do not move.`,
    hint: 'To keep both:',
    command: copyCommand(options, { source, target: other }),
  });
}
