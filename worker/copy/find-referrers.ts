import { isAttestation, blobsOf } from '../../core/oci/manifest.ts';
import { type Digest, shortDigest } from '../../core/oci/digest.ts';
import { type Referrer, referrerKind } from '../../core/oci/referrer.ts';
import { isRegistryError } from '../registry/errors.ts';
import type { Repository } from '../registry/registry.ts';
import { listReferrers, type ListedReferrer } from './list-referrers.ts';
import { type ImageTree, manifestsOf } from './tree.ts';

export interface FindReferrers {
  readonly source: Repository;
  readonly subjects: readonly Digest[];
  /** One referrer's manifests; throws RegistryError. */
  readonly treeOf: (digest: Digest) => Promise<ImageTree>;
  readonly signal?: AbortSignal | undefined;
}

export interface FoundReferrers {
  /** Each after what it speaks of: the order in which they can be pushed. */
  readonly referrers: readonly Referrer[];
  /** Manifests and blobs, each once. */
  readonly sizeBytes: number;
  /** Some are not among them, and why. */
  readonly left?: string;
}

/** A signature of an SBOM of an image is met; nobody goes deeper. */
const DEPTH_MAX = 3;
/** Of one image with all its platforms. */
export const REFERRERS_MAX = 100;

/**
 * Everything that speaks of an image or its platforms, and of that again, each read once: so that what was approved
 * can be copied by digest. What says that it speaks of something else is left out: registries list what they were told.
 */
export async function findReferrers(find: FindReferrers): Promise<FoundReferrers> {
  const referrers = new Map<string, Referrer>();
  const sizes = new Map<Digest, number>();
  const seen = new Set<Digest>(find.subjects);
  let above = 0;
  const unread: string[] = [];
  let subjects = find.subjects;
  for (let depth = 0; depth < DEPTH_MAX && subjects.length > 0; depth += 1) {
    const { source, signal } = find;
    const listed = await listReferrers(source, { subjects, withTags: depth === 0, signal });
    const next: Digest[] = [];
    for (const each of inOrder(listed)) {
      if (referrers.size >= REFERRERS_MAX) {
        above += 1;
        continue;
      }
      const tree = await find.treeOf(each.digest).catch((error: unknown) => {
        // Listed and gone, or of a kind that nobody can store: the others are none the worse for it.
        if (!isRegistryError(error) || error.retryable) throw error;
        unread.push(`${shortDigest(each.digest)} cannot be read (${error.code}: ${error.detail})`);
        return undefined;
      });
      const referrer = tree && referrerOf(each, tree);
      if (!tree || !referrer) continue;
      referrers.set(`${referrer.digest} ${referrer.tag ?? ''}`, referrer);
      for (const [digest, size] of sizesOf(tree)) sizes.set(digest, size);
      if (seen.has(each.digest)) continue;
      seen.add(each.digest);
      next.push(each.digest);
    }
    subjects = next;
  }
  const sizeBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const left = [
    ...(above > 0 ? [`${above} above the ${REFERRERS_MAX} that are taken along`] : []),
    ...unread.slice(0, 1),
  ].join('; ');
  return { referrers: [...referrers.values()], sizeBytes, ...(left && { left }) };
}

/** Of which manifests of an image others may speak: the root first, then its platforms. */
export function subjectsOf(tree: ImageTree): readonly Digest[] {
  const below = (each: ImageTree): readonly Digest[] =>
    each.children
      .filter(({ descriptor }) => !isAttestation(descriptor))
      .flatMap(({ tree: child }) => [child.manifest.digest, ...below(child)]);
  return [...new Set([tree.manifest.digest, ...below(tree)])];
}

/** The same set is the same list, whatever order the registry tells it in: its digest pins it. */
const inOrder = (listed: readonly ListedReferrer[]): readonly ListedReferrer[] => {
  const keyed = new Map(listed.map((each) => [`${each.digest} ${each.tag ?? ''}`, each]));
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
};

function referrerOf(listed: ListedReferrer, { manifest }: ImageTree): Referrer | undefined {
  const { digest, subject, tag, kind } = listed;
  if (tag !== undefined) return { digest, subject, kind: kind ?? 'other', tag };
  if (manifest.subject !== subject) return undefined;
  const artifactType = manifest.kind === 'image' ? manifest.artifactType : manifest.mediaType;
  return { digest, subject, kind: referrerKind(artifactType) };
}

function sizesOf(tree: ImageTree): readonly (readonly [Digest, number])[] {
  return manifestsOf(tree).flatMap((manifest) => [
    [manifest.digest, manifest.bytes.byteLength] as const,
    ...(manifest.kind === 'image'
      ? blobsOf(manifest).map(({ digest, sizeBytes }) => [digest, sizeBytes] as const)
      : []),
  ]);
}
