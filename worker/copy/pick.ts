import * as v from 'valibot';
import type { Digest } from '../../core/oci/digest.ts';
import type { ImageManifest, IndexManifest, Manifest } from '../../core/oci/manifest.ts';
import { isIndexType } from '../../core/oci/media-type.ts';
import type { Platform } from '../../core/oci/platform.ts';
import type { Repository } from '../registry/registry.ts';
import { choosePlatforms, type PlatformChoice, type PlatformTree } from './choose-platforms.ts';
import { ENTRIES_MAX, INDEX_LEVELS_MAX, refusedTree } from './tree.ts';

/** What is to be copied. */
export interface Picked {
  readonly kind: 'picked';
  readonly digest: Digest;
  readonly newIndex: boolean;
  /** Manifests that are at hand already: those that were read to choose, and a new index. */
  readonly known: ReadonlyMap<Digest, Manifest>;
}
export type PickAnswer = Picked | Extract<PlatformChoice, { kind: 'no such platform' }>;

export interface Pick {
  /** What the reference means. */
  readonly digest: Digest;
  readonly platforms: readonly Platform[];
  /** Where a manifest is read from; the source by default. */
  readonly get?: ((digest: Digest) => Promise<Manifest>) | undefined;
  readonly signal: AbortSignal;
}

/**
 * All of the image costs nothing to pick; platforms cost one GET an index, none of a platform's own manifest. The same
 * choice of the same image is the same digest, always. Throws RegistryError.
 */
export async function pick(source: Repository, wanted: Pick): Promise<PickAnswer> {
  const { digest, platforms, signal } = wanted;
  const { get: read = (each) => source.getManifest(each, signal) } = wanted;
  const known = new Map<Digest, Manifest>();
  if (platforms.length === 0) return { kind: 'picked', digest, newIndex: false, known };
  const get = async (each: Digest): Promise<Manifest> => {
    const manifest = known.get(each) ?? (await read(each));
    known.set(each, manifest);
    return manifest;
  };
  const root = await get(digest);
  const own = root.kind === 'image' ? await platformOf(source, root, signal) : undefined;
  const tree: PlatformTree =
    root.kind === 'image' ? { manifest: root, children: [] } : await indexTree(source, root, get);
  const choice = choosePlatforms(tree, platforms, own);
  switch (choice.kind) {
    case 'whole':
    case 'child':
      return { kind: 'picked', digest: choice.digest, newIndex: false, known };
    case 'new index':
      known.set(choice.manifest.digest, choice.manifest);
      return { kind: 'picked', digest: choice.manifest.digest, newIndex: true, known };
    case 'no such platform':
      return choice;
    default:
      return choice satisfies never;
  }
}

async function indexTree(
  source: Repository,
  root: IndexManifest,
  get: (digest: Digest) => Promise<Manifest>,
): Promise<PlatformTree> {
  let entries = 0;
  const below = async (manifest: IndexManifest, level: number): Promise<PlatformTree> => {
    if (level > INDEX_LEVELS_MAX) throw refusedTree(source, `more than ${INDEX_LEVELS_MAX} indexes deep`);
    entries += manifest.manifests.length;
    if (entries > ENTRIES_MAX) throw refusedTree(source, `more than ${ENTRIES_MAX} entries`);
    const children: PlatformTree['children'][number][] = [];
    for (const descriptor of manifest.manifests) {
      const nested = isIndexType(descriptor.mediaType) ? await get(descriptor.digest) : undefined;
      children.push(
        nested?.kind === 'index' ? { descriptor, tree: await below(nested, level + 1) } : { descriptor },
      );
    }
    return { manifest, children };
  };
  return below(root, 1);
}

const CONFIG_MAX_BYTES = 1024 * 1024;
/** OCI image-spec config.md: what an image manifest runs on stands only in its configuration. */
const configuration = v.object({
  os: v.string(),
  architecture: v.string(),
  variant: v.optional(v.string()),
});

async function platformOf(
  source: Repository,
  { config }: ImageManifest,
  signal: AbortSignal,
): Promise<Platform | undefined> {
  const bytes = await source.getBlobBytes(config, CONFIG_MAX_BYTES, signal);
  try {
    const parsed = v.safeParse(configuration, JSON.parse(bytes.toString('utf8')));
    if (!parsed.success) return undefined;
    const { os, architecture, variant } = parsed.output;
    return variant ? { os, architecture, variant } : { os, architecture };
  } catch {
    // An artifact's configuration may be anything.
    return undefined;
  }
}
