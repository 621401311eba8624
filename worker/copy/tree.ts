import pLimit from 'p-limit';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import type { Manifest } from '../../core/oci/manifest.ts';
import { RegistryError } from '../registry/errors.ts';
import type { Repository } from '../registry/registry.ts';

/** A manifest and, below an index, everything it lists: attestations too, they belong to the image. */
export interface ImageTree {
  readonly manifest: Manifest;
  /** In the index's order; empty below an image manifest. */
  readonly children: readonly ImageChild[];
}
export interface ImageChild {
  /** The index's entry: platform, size, media type. */
  readonly descriptor: Descriptor;
  readonly tree: ImageTree;
}

export interface FetchTreeOptions {
  /** Manifests that are at hand already, so that nothing is pulled twice. */
  readonly known?: ((digest: Digest) => Manifest | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An index may list indexes, and those images: nobody builds deeper, so deeper is an attempt to keep us busy. */
const INDEX_DEPTH_MAX = 2;
const MANIFESTS_MAX = 400;
const AT_ONCE = 4;

/** All manifests of an image, one GET each. Throws RegistryError (`unsupported manifest` for what is too deep or too many). */
export async function fetchTree(
  source: Repository,
  digest: Digest,
  { known, signal }: FetchTreeOptions = {},
): Promise<ImageTree> {
  const limit = pLimit(AT_ONCE);
  const fetched = new Map<Digest, Promise<Manifest>>();
  const get = (wanted: Digest): Promise<Manifest> => {
    const running = fetched.get(wanted);
    if (running) return running;
    if (fetched.size >= MANIFESTS_MAX) throw refused(source, `more than ${MANIFESTS_MAX} manifests`);
    const manifest = limit(async () => known?.(wanted) ?? source.getManifest(wanted, signal));
    fetched.set(wanted, manifest);
    return manifest;
  };
  const build = async (wanted: Digest, depth: number): Promise<ImageTree> => {
    const manifest = await get(wanted);
    if (manifest.kind === 'image') return { manifest, children: [] };
    if (depth >= INDEX_DEPTH_MAX) throw refused(source, `indexes more than ${INDEX_DEPTH_MAX} deep`);
    const children = manifest.manifests.map(async (descriptor) => ({
      descriptor,
      tree: await build(descriptor.digest, depth + 1),
    }));
    return { manifest, children: await Promise.all(children) };
  };
  return build(digest, 0);
}

/** Every manifest of the tree once, each after those it lists: the order in which they can be pushed. */
export function manifestsOf(tree: ImageTree): readonly Manifest[] {
  const found = new Map<Digest, Manifest>();
  const visit = ({ manifest, children }: ImageTree): void => {
    for (const child of children) visit(child.tree);
    found.set(manifest.digest, manifest);
  };
  visit(tree);
  return [...found.values()];
}

function refused({ host, name }: Repository, detail: string): RegistryError {
  const place = { host, operation: 'get manifest', repository: name } as const;
  return new RegistryError({ ...place, code: 'unsupported manifest', detail, retryable: false });
}
