import type { Digest } from '../../core/oci/digest.ts';
import { type Manifest, parseManifest } from '../../core/oci/manifest.ts';
import { fetchTree, type ImageTree, manifestsOf } from '../copy/tree.ts';
import type { WorkerDeps } from '../deps.ts';
import type { Repository } from '../registry/registry.ts';
import type { ResolveJob } from './resolve-image.ts';

export interface ReadTree {
  readonly tree: ImageTree;
  /** GETs that were needed: each costs a pull. */
  readonly pulls: number;
}

interface Kept {
  readonly store: Pick<WorkerDeps['store'], 'bytes'>;
}

/** A manifest from the kept bytes, undefined where they are not at hand. */
export async function keptManifest(deps: Kept, digest: Digest): Promise<Manifest | undefined> {
  const row = await deps.store.bytes.get(digest);
  return row && parseManifest(row.bytes, row.mediaType);
}

export async function keepManifest(deps: Kept, manifest: Manifest): Promise<void> {
  const { digest, bytes, mediaType } = manifest;
  await deps.store.bytes.put(digest, { bytes, mediaType });
}

/**
 * All manifests, from the kept bytes where they are at hand. What had to be read is kept at once: a limit that is met in the
 * middle must not make the next try pull the first half again. Throws RegistryError.
 */
export async function readTree(
  deps: Kept & Pick<WorkerDeps, 'sources'>,
  { entry, signal }: Pick<ResolveJob, 'entry' | 'signal'>,
  digest: Digest,
): Promise<ReadTree> {
  const known = new Map<Digest, Manifest>();
  const root = await keptManifest(deps, digest);
  if (root) known.set(digest, root);
  const listed = root?.kind === 'index' ? root.manifests : [];
  for (const child of await Promise.all(listed.map((each) => keptManifest(deps, each.digest)))) {
    if (child) known.set(child.digest, child);
  }
  const source = deps.sources.repository(entry.source);
  const keeping: Repository = {
    ...source,
    getManifest: async (key, given) => {
      const manifest = await source.getManifest(key, given);
      await keepManifest(deps, manifest);
      return manifest;
    },
  };
  const tree = await fetchTree(keeping, digest, { known: (wanted) => known.get(wanted), signal });
  const fetched = manifestsOf(tree).filter((manifest) => !known.has(manifest.digest));
  return { tree, pulls: fetched.length };
}
