import pLimit from 'p-limit';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { MANIFEST_MAX_BYTES, type Manifest, parseManifest } from '../../core/oci/manifest.ts';
import { isBlobType, isManifestType } from '../../core/oci/media-type.ts';
import { isRegistryError, RegistryError, type RegistryErrorCode } from '../registry/errors.ts';
import type { Repository } from '../registry/registry.ts';

/** A manifest and, below an index, everything it lists: attestations too, they belong to the image. */
export interface ImageTree {
  readonly manifest: Manifest;
  /** In the index's order; empty below an image manifest. */
  readonly children: readonly ImageChild[];
  /** What an index lists that is no manifest: so does BuildKit's cache with its layers. */
  readonly blobs?: readonly Descriptor[];
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
  /** GETs at once. */
  readonly concurrency?: number | undefined;
}

/** Indexes above one another: two are met, deeper is an attempt to keep us busy, and so is a loop. */
export const INDEX_LEVELS_MAX = 4;
/** Entries of all indexes of an image, each as often as it is reached: what is listed twice at each level doubles. */
export const ENTRIES_MAX = 2_000;
const MANIFESTS_MAX = 400;
/** All of them are in memory for as long as the copy takes; images that people use have less than one. */
const ALL_MAX_BYTES = 32 * 1024 * 1024;
const AT_ONCE = 4;

/**
 * All manifests of an image, one GET each. Throws RegistryError: `unsupported manifest` for what is too deep or too
 * much, `too large` and `digest mismatch` for a size that cannot be, before anything else is read.
 */
export async function fetchTree(
  source: Repository,
  digest: Digest,
  options: FetchTreeOptions = {},
): Promise<ImageTree> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const build = treeBuilder(source, { ...options, signal });
  try {
    const tree = await build(digest);
    oneSizeEach(source, tree);
    return tree;
  } catch (error) {
    // Each GET that is still to come would cost a pull.
    stop.abort(error);
    throw error;
  }
}

/** Every manifest of the tree once, each after those it lists: the order in which they can be pushed. */
export const manifestsOf = (tree: ImageTree): readonly Manifest[] =>
  treesOf(tree).map(({ manifest }) => manifest);

/** The tree and all below it, each digest once, the lowest first. */
export function treesOf(tree: ImageTree): readonly ImageTree[] {
  const found = new Map<Digest, ImageTree>();
  const visit = (each: ImageTree): void => {
    if (found.has(each.manifest.digest)) return;
    for (const child of each.children) visit(child.tree);
    found.set(each.manifest.digest, each);
  };
  visit(tree);
  return [...found.values()];
}

/** Every blob that the image needs, as often as its manifests list it. */
export const listedBlobs = (tree: ImageTree): readonly Descriptor[] =>
  treesOf(tree).flatMap(({ manifest, blobs = [] }) =>
    manifest.kind === 'image' ? [manifest.config, ...manifest.layers] : blobs,
  );

/** What an image must not be; a copy of it would not end, or not be the image. */
export function refusedTree(
  { host, name }: Repository,
  detail: string,
  code: RegistryErrorCode = 'unsupported manifest',
): RegistryError {
  const place = { host, operation: 'get manifest', repository: name } as const;
  return new RegistryError({ ...place, code, detail, retryable: false });
}

function tooLarge(source: Repository, digest: Digest, sizeBytes: number): RegistryError {
  const detail = `manifest ${digest} has ${sizeBytes} bytes, at most ${MANIFEST_MAX_BYTES} are taken`;
  return refusedTree(source, detail, 'too large');
}

function treeBuilder(source: Repository, options: FetchTreeOptions & { readonly signal: AbortSignal }) {
  const { known, signal, concurrency = AT_ONCE } = options;
  const limit = pLimit(concurrency);
  const fetched = new Map<Digest, Promise<Manifest>>();
  let entries = 0;
  let bytes = 0;

  const get = (wanted: Digest): Promise<Manifest> => {
    const running = fetched.get(wanted);
    if (running) return running;
    if (fetched.size >= MANIFESTS_MAX) throw refusedTree(source, `more than ${MANIFESTS_MAX} manifests`);
    const manifest = limit(async () => {
      signal.throwIfAborted();
      const found =
        known?.(wanted) ?? (await source.getManifest(wanted, signal).catch((error) => sized(wanted, error)));
      bytes += found.bytes.byteLength;
      if (bytes > ALL_MAX_BYTES) throw refusedTree(source, `more than ${ALL_MAX_BYTES} bytes of manifests`);
      return found;
    });
    fetched.set(wanted, manifest);
    return manifest;
  };

  /** Reading stopped where it was too much: how much it would have been is told by a HEAD. */
  const sized = async (wanted: Digest, error: unknown): Promise<never> => {
    if (!isRegistryError(error, 'too large')) throw error;
    const facts = await source.headManifest(wanted, signal).catch(() => undefined);
    throw facts ? tooLarge(source, wanted, facts.sizeBytes) : error;
  };

  /** Undefined: it is a blob. */
  const listed = async (entry: Descriptor): Promise<Manifest | undefined> => {
    const { digest, mediaType, sizeBytes } = entry;
    if (isBlobType(mediaType)) return undefined;
    const sure = isManifestType(mediaType);
    if (sizeBytes > MANIFEST_MAX_BYTES) {
      if (!sure) return undefined;
      throw tooLarge(source, digest, sizeBytes);
    }
    const manifest = await get(digest).catch(async (error: unknown) => {
      // The distribution project's registry answers 500 to a manifest that is a blob, others 404.
      signal.throwIfAborted();
      if (!sure && (await limit(() => source.headBlob(entry, signal)))) return undefined;
      throw error;
    });
    if (manifest && manifest.bytes.byteLength !== sizeBytes) {
      const detail = `manifest ${digest} has ${sizeBytes} bytes in its index and ${manifest.bytes.byteLength} in truth`;
      throw refusedTree(source, detail, 'digest mismatch');
    }
    return manifest && asListed(manifest, mediaType);
  };

  const below = async (manifest: Manifest, level: number): Promise<ImageTree> => {
    if (manifest.kind === 'image') return { manifest, children: [] };
    if (level > INDEX_LEVELS_MAX) throw refusedTree(source, `more than ${INDEX_LEVELS_MAX} indexes deep`);
    entries += manifest.manifests.length;
    if (entries > ENTRIES_MAX) throw refusedTree(source, `more than ${ENTRIES_MAX} entries`);
    const all = await Promise.all(
      manifest.manifests.map(async (descriptor) => {
        const child = await listed(descriptor);
        return { descriptor, tree: child && (await below(child, level + 1)) };
      }),
    );
    const children = all.flatMap(({ descriptor, tree }) => (tree ? [{ descriptor, tree }] : []));
    const blobs = all.flatMap(({ descriptor, tree }) => (tree ? [] : [descriptor]));
    return { manifest, children, ...(blobs.length > 0 && { blobs }) };
  };

  return async (digest: Digest): Promise<ImageTree> => below(await get(digest), 1);
}

/** Neither the document nor the answer may have named a media type: then the index's word counts. */
function asListed(manifest: Manifest, mediaType: string): Manifest {
  if (manifest.mediaType === mediaType || !isManifestType(mediaType)) return manifest;
  try {
    return parseManifest(manifest.bytes, mediaType);
  } catch {
    // The document says otherwise, and it is the document that is pushed.
    return manifest;
  }
}

/** Of two sizes for one blob one is wrong, and its upload would fail in the middle. */
function oneSizeEach(source: Repository, tree: ImageTree): void {
  const sizes = new Map<Digest, number>();
  for (const { digest, sizeBytes } of listedBlobs(tree)) {
    const other = sizes.get(digest) ?? sizeBytes;
    sizes.set(digest, sizeBytes);
    if (other === sizeBytes) continue;
    const detail = `${digest} is listed with ${other} bytes and with ${sizeBytes}`;
    throw refusedTree(source, detail, 'digest mismatch');
  }
}
