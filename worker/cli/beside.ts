import type { Digest } from '../../core/oci/digest.ts';
import type { Manifest } from '../../core/oci/manifest.ts';
import { countReferrers, type Referrer } from '../../core/oci/referrer.ts';
import { copyReferrers } from '../copy/copy-referrers.ts';
import { findReferrers, subjectsOf } from '../copy/find-referrers.ts';
import { type CopyPlan, imageBlobs, planCopy } from '../copy/plan.ts';
import { fetchTree, type ImageTree } from '../copy/tree.ts';
import { refusalText } from '../jobs/refusal-text.ts';
import { isRegistryError } from '../registry/errors.ts';
import type { Repository } from '../registry/registry.ts';
import type { Beside, Planned } from './outcome.ts';
import type { PairTarget } from './pair.ts';
import type { TargetRepository } from './target-repository.ts';

export interface FoundBeside {
  readonly referrers: readonly Referrer[];
  readonly sizeBytes: number;
  readonly unknown?: string;
  /** Its manifests, read once for finding and copying. */
  readonly treeOf: (digest: Digest) => Promise<ImageTree>;
}

/** What speaks of the image. A registry that cannot say so does not hold the image up. */
export async function findBeside(
  source: Repository,
  image: { readonly tree: ImageTree; readonly newIndex: boolean; readonly signal: AbortSignal },
): Promise<FoundBeside> {
  const { newIndex, signal, tree } = image;
  const read = new Map<Digest, Manifest>();
  const treeOf = async (digest: Digest): Promise<ImageTree> => {
    const fetched = await fetchTree(source, digest, { known: (each) => read.get(each), signal });
    read.set(fetched.manifest.digest, fetched.manifest);
    return fetched;
  };
  // What speaks of the whole image does not speak of a new index.
  const subjects = subjectsOf(tree).filter((each) => !(newIndex && each === tree.manifest.digest));
  try {
    const { left, ...found } = await findReferrers({ source, subjects, treeOf, signal });
    return { ...found, treeOf, ...(left !== undefined && { unknown: left }) };
  } catch (error) {
    signal.throwIfAborted();
    if (!isRegistryError(error)) throw error;
    return { referrers: [], sizeBytes: 0, treeOf, unknown: `${error.code}: ${error.detail}` };
  }
}

/** What a copy would bring along, and what of it the target would not store. */
export async function plannedBeside(
  { referrers, sizeBytes, treeOf, unknown }: FoundBeside,
  kind: PairTarget['kind'],
): Promise<NonNullable<Planned['beside']>> {
  const refused: { digest: Digest; why: string }[] = [];
  for (const { digest } of kind === 'ecr' ? referrers : []) {
    const [first] = planCopy(await treeOf(digest)).refusals;
    if (first) refused.push({ digest, why: refusalText(first) });
  }
  const counts = countReferrers(referrers);
  return { counts, sizeBytes, refused, ...(unknown !== undefined && { unknown }) };
}

export interface CopyBeside {
  readonly found: FoundBeside;
  readonly repository: Repository;
  readonly target: TargetRepository;
  readonly kind: PairTarget['kind'];
  readonly copy: (tree: ImageTree, plan: CopyPlan) => Promise<unknown>;
  readonly signal: AbortSignal;
}

/** All of it, into any registry. Throws only the signal's reason. */
export async function copyBeside(job: CopyBeside): Promise<Beside> {
  const { found, kind, repository, signal, target } = job;
  const { referrers, treeOf, unknown } = found;
  let copiedBytes = 0;
  const done = await copyReferrers({
    target: repository,
    referrers,
    treeOf,
    signal,
    // Other registries store what ECR does not.
    refusal: ({ refusals: [first] }) => (kind === 'ecr' && first ? refusalText(first) : undefined),
    planOf: async (tree) => planCopy(tree, await target.present(imageBlobs(tree), signal)),
    copy: async (tree, plan) => {
      await job.copy(tree, plan);
      copiedBytes += plan.missingBytes;
    },
  });
  return {
    copied: countReferrers(done.copied),
    copiedBytes,
    refused: done.refused.map(({ referrer, why }) => ({ digest: referrer.digest, why })),
    ...(unknown !== undefined && { unknown }),
  };
}
