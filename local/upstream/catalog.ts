import { type Digest, digestOf as contentDigest, isDigest } from '../../core/oci/digest.ts';
import { referrersTag } from '../../core/oci/referrer.ts';
import { MEDIA_TYPE } from '../../core/oci/media-type.ts';
import { buildImage } from './build-image.ts';
import type { BuiltReferrer } from './build-referrer.ts';
import type { StoredManifest } from './documents.ts';
import type { LayerBlob } from './layers.ts';
import { referrersIndex } from './referrer-list.ts';
import type { SampleImage, SampleLayer } from './sample.ts';
import type { Source } from './tar.ts';

/** One repository of the sample Hub. */
export interface Repository {
  readonly name: string;
  /** The only account that can see it; public without. */
  readonly owner?: string;
  readonly tags: ReadonlyMap<string, Digest>;
  readonly manifests: ReadonlyMap<Digest, StoredManifest>;
  readonly blobs: ReadonlyMap<Digest, Source>;
  readonly referrers: readonly BuiltReferrer[];
}

export interface Catalog {
  find(repository: string): Repository | undefined;
  /** Blobs as the blob origin keeps them: by digest, whatever repository they belong to. */
  blob(digest: Digest): Source | undefined;
  /** Adds an image or moves its tags to it; returns the digest of what they now mean. */
  addImage(image: SampleImage): Digest;
  /** `target` is another tag of the repository or the digest of one of its manifests. Throws a RangeError where there is none. */
  moveTag(repository: string, tag: string, target: string): void;
  removeTag(repository: string, tag: string): void;
  /** What a tag means now; throws a RangeError where it means nothing. */
  digestOf(repository: string, tag: string): Digest;
}

interface Shelf extends Repository {
  readonly tags: Map<string, Digest>;
  readonly manifests: Map<Digest, StoredManifest>;
  readonly blobs: Map<Digest, Source>;
  readonly referrers: BuiltReferrer[];
}

export interface CatalogOptions {
  readonly layer: (recipe: SampleLayer) => LayerBlob;
  /** For a registry without a list of referrers: a tag of each subject stands in for it. */
  readonly standInTags: boolean;
}

export function createCatalog({ layer, standInTags }: CatalogOptions): Catalog {
  const shelves = new Map<string, Shelf>();
  const blobs = new Map<Digest, Source>();
  const shelf = (name: string): Shelf => {
    const found = shelves.get(name);
    if (!found) throw new RangeError(`the sample Hub has no repository ${name}`);
    return found;
  };
  const digestOf = (repository: string, tag: string): Digest => {
    const digest = shelf(repository).tags.get(tag);
    if (!digest) throw new RangeError(`the sample Hub has no ${repository}:${tag}`);
    return digest;
  };
  return {
    find: (repository) => shelves.get(repository),
    blob: (digest) => blobs.get(digest),
    digestOf,
    addImage: (image) => {
      const built = buildImage(image, layer);
      const into = shelves.get(image.repository) ?? emptyShelf(image);
      shelves.set(image.repository, into);
      for (const manifest of built.manifests) into.manifests.set(manifest.digest, manifest);
      for (const [digest, source] of built.blobs) {
        into.blobs.set(digest, source);
        blobs.set(digest, source);
      }
      for (const tag of image.tags) into.tags.set(tag, built.root.digest);
      keepReferrers(into, built.referrers, standInTags);
      return built.root.digest;
    },
    moveTag: (repository, tag, target) => {
      const digest = isDigest(target) ? target : digestOf(repository, target);
      if (!shelf(repository).manifests.has(digest)) {
        throw new RangeError(`${repository} has no manifest ${digest}`);
      }
      shelf(repository).tags.set(tag, digest);
    },
    removeTag: (repository, tag) => {
      digestOf(repository, tag);
      shelf(repository).tags.delete(tag);
    },
  };
}

/** The same one again changes nothing; another one joins those that are there. */
function keepReferrers(into: Shelf, added: readonly BuiltReferrer[], standInTags: boolean): void {
  for (const each of added) {
    if (each.tag !== undefined) into.tags.set(each.tag, each.manifest.digest);
    if (into.referrers.some(({ manifest }) => manifest.digest === each.manifest.digest)) continue;
    into.referrers.push(each);
  }
  if (!standInTags) return;
  for (const { subject } of added.filter(({ tag }) => tag === undefined)) {
    const listed = into.referrers.filter(
      ({ tag, subject: { digest } }) => tag === undefined && digest === subject.digest,
    );
    const bytes = referrersIndex(listed);
    const manifest = { digest: contentDigest(bytes), mediaType: MEDIA_TYPE.ociIndex, bytes };
    into.manifests.set(manifest.digest, manifest);
    into.tags.set(referrersTag(subject.digest), manifest.digest);
  }
}

function emptyShelf({ repository, owner }: SampleImage): Shelf {
  return {
    name: repository,
    ...(owner !== undefined && { owner }),
    tags: new Map(),
    manifests: new Map(),
    blobs: new Map(),
    referrers: [],
  };
}
