import type { Digest } from '../../core/oci/digest.ts';
import { countReferrers } from '../../core/oci/referrer.ts';
import type { ReferrersResult } from '../../core/request/copy-result.ts';
import { failures } from '../../core/request/failure.ts';
import type { PinnedReferrers } from '../../core/request/image-facts.ts';
import type { Image } from '../../core/request/image.ts';
import { copyImage } from '../copy/copy-image.ts';
import { copyReferrers } from '../copy/copy-referrers.ts';
import { subjectsOf } from '../copy/find-referrers.ts';
import { listReferrers } from '../copy/list-referrers.ts';
import { imageBlobs, planCopy } from '../copy/plan.ts';
import { TRANSFERS } from '../copy/transfers.ts';
import type { ImageTree } from '../copy/tree.ts';
import type { WorkerDeps } from '../deps.ts';
import type { EcrRegistry } from '../ecr/ecr-registry.ts';
import type { Repository } from '../registry/registry.ts';
import { pinnedList } from './pin-referrers.ts';
import { readTree } from './read-tree.ts';
import { refusalText } from './refusal-text.ts';
import { Trouble } from './trouble.ts';

export interface CopyPinned {
  readonly image: Image;
  /** The image's own, which is in the target already. */
  readonly tree: ImageTree;
  readonly target: Repository;
  readonly ecr: EcrRegistry;
  readonly signal: AbortSignal;
}

export interface PinnedCopied {
  readonly referrers?: ReferrersResult;
  readonly pulls: number;
  readonly copiedBytes: number;
}

/**
 * Exactly the signatures, attestations and SBOMs that were pinned, before the tag. What is refused is told and does not
 * hold the image up, unless the configuration requires them. Throws Trouble then.
 */
export async function copyPinned(deps: WorkerDeps, job: CopyPinned): Promise<PinnedCopied> {
  const { ecr, image, signal, target, tree: imageTree } = job;
  const { source, referrers: pinned } = image;
  if (!pinned) return { pulls: 0, copiedBytes: 0 };
  const list = await pinnedList(deps, pinned);
  if (!list) return listLost(deps, image, pinned);
  const repository = deps.sources.repository(source);
  let pulls = 0;
  let copiedBytes = 0;
  const done = await copyReferrers({
    target,
    referrers: list,
    signal,
    refusal: ({ refusals: [first] }) => first && refusalText(first),
    treeOf: async (digest) => {
      const read = await readTree(deps, { entry: image, signal }, digest);
      pulls += read.pulls;
      return read.tree;
    },
    planOf: async (tree) =>
      planCopy(tree, await ecr.present(image.target.repository, imageBlobs(tree), signal)),
    copy: async (tree, plan) => {
      const transfer = TRANSFERS[deps.config.limits.transfer];
      const { slots } = deps;
      await copyImage({ source: repository, target, tree, plan, signal, transfer, slots });
      copiedBytes += plan.missingBytes;
    },
  });
  for (const { referrer, error } of done.refused) {
    deps.log('warn', 'a referrer was not copied', { digest: referrer.digest, error });
  }
  const why = done.refused[0]?.why;
  if (why !== undefined) required(deps, image, { refused: done.refused.length, of: list.length, why });
  const newer = await newerThan(repository, { subjects: subjectsOf(imageTree), known: list, signal });
  const referrers = {
    copied: countReferrers(done.copied),
    refused: done.refused.length,
    newer,
    ...(why !== undefined && { why }),
  };
  return { referrers, pulls, copiedBytes };
}

/** The row that held a long list is kept for a month; an image approved later comes without them, and says so. */
function listLost(deps: WorkerDeps, image: Image, { counts }: PinnedReferrers): PinnedCopied {
  const refused = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const why = 'their list is not kept any more';
  required(deps, image, { refused, of: refused, why });
  return { referrers: { copied: {}, refused, newer: 0, why }, pulls: 0, copiedBytes: 0 };
}

function required(
  deps: WorkerDeps,
  { source, target }: Image,
  facts: { readonly refused: number; readonly of: number; readonly why: string },
): void {
  if (deps.config.referrers !== 'required') return;
  const failure = failures.referrersRefused({ source, target, ...facts });
  throw new Trouble({ failure, passing: false });
}

interface Newer {
  readonly subjects: readonly Digest[];
  readonly known: readonly { readonly digest: Digest }[];
  readonly signal: AbortSignal;
}

/** How many came after the look-up: named, not copied. A registry that does not say so now does not hold the copy up. */
async function newerThan(source: Repository, { subjects, known, signal }: Newer): Promise<number> {
  const pinned = new Set(known.map(({ digest }) => digest));
  try {
    const listed = await listReferrers(source, { subjects, withTags: true, signal });
    return new Set(listed.map(({ digest }) => digest).filter((digest) => !pinned.has(digest))).size;
  } catch {
    signal.throwIfAborted();
    return 0;
  }
}
