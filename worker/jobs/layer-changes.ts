import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import type { Manifest } from '../../core/oci/manifest.ts';
import type { LayerChanges } from '../../core/request/changes.ts';
import { fetchTree, type ImageTree, manifestsOf } from '../copy/tree.ts';
import type { WorkerDeps } from '../deps.ts';
import type { Repository } from '../registry/registry.ts';
import { keptManifest } from './read-tree.ts';

export interface OldImage {
  readonly digest: Digest;
  /** Where it stands in ECR. */
  readonly repository: Repository;
  readonly signal: AbortSignal;
}

/**
 * Which layers of the new image the old one has too. The old manifests are those that were kept, else ECR's own: the
 * source is not asked for them. Undefined where they cannot be read: it is a line on a card, and holds nothing up.
 */
export async function layerChanges(
  deps: Pick<WorkerDeps, 'store' | 'log'>,
  tree: ImageTree,
  { digest, repository, signal }: OldImage,
): Promise<LayerChanges | undefined> {
  try {
    const known = new Map<Digest, Manifest>();
    const root = await keptManifest(deps, digest);
    if (root) known.set(digest, root);
    for (const { digest: child } of root?.kind === 'index' ? root.manifests : []) {
      const kept = await keptManifest(deps, child);
      if (kept) known.set(child, kept);
    }
    const old = await fetchTree(repository, digest, { known: (wanted) => known.get(wanted), signal });
    const before = new Set(layersOf(old).map((layer) => layer.digest));
    const now = layersOf(tree);
    const kept = now.filter((layer) => before.has(layer.digest));
    const added = now.filter((layer) => !before.has(layer.digest));
    return { kept: kept.length, added: added.length, addedBytes: sizeOf(added) };
  } catch (error) {
    signal.throwIfAborted();
    deps.log('warn', 'the image before could not be compared', { digest, error });
    return undefined;
  }
}

/** Each once, however many platforms share it. */
function layersOf(tree: ImageTree): readonly Descriptor[] {
  const layers = manifestsOf(tree).flatMap((manifest) => (manifest.kind === 'image' ? manifest.layers : []));
  return [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
}

const sizeOf = (layers: readonly Descriptor[]): number =>
  layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
