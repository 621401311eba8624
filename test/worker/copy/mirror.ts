import type { Digest } from '../../../core/oci/digest.ts';
import { type CopyImage, copyImage } from '../../../worker/copy/copy-image.ts';
import { type CopyPlan, imageBlobs, planCopy } from '../../../worker/copy/plan.ts';
import { headBlobs } from '../../../worker/copy/present.ts';
import { putTag, type TagOutcome } from '../../../worker/copy/put-tag.ts';
import { fetchTree, type ImageTree } from '../../../worker/copy/tree.ts';
import type { Repository } from '../../../worker/registry/registry.ts';

export interface Mirrored {
  readonly digest: Digest;
  readonly tree: ImageTree;
  readonly plan: CopyPlan;
  readonly outcome: TagOutcome;
}

/** One image from tag to tag, as the worker's copy job does it. */
export async function mirror(
  source: Repository,
  target: Repository,
  options: { readonly tag: string } & Partial<CopyImage>,
): Promise<Mirrored> {
  const { tag, ...rest } = options;
  const facts = await source.headManifest(tag);
  if (!facts) throw new Error(`no ${source.name}:${tag}`);
  const tree = await fetchTree(source, facts.digest);
  const present = await headBlobs(target, imageBlobs(tree));
  const plan = planCopy(tree, present);
  await copyImage({ source, target, tree, plan, ...rest });
  const outcome = await putTag({ target, tag, manifest: tree.manifest });
  return { digest: facts.digest, tree, plan, outcome };
}
