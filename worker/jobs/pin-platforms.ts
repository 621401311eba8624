import type { Digest } from '../../core/oci/digest.ts';
import type { Manifest } from '../../core/oci/manifest.ts';
import { formatPlatform, parsePlatform } from '../../core/oci/platform.ts';
import { type Failure, failures } from '../../core/request/failure.ts';
import { pick } from '../copy/pick.ts';
import type { WorkerDeps } from '../deps.ts';
import { keepManifest, keptManifest } from './read-tree.ts';
import type { ResolveJob } from './resolve-image.ts';

export type PinnedPlatforms =
  | { readonly kind: 'pinned'; readonly digest: Digest; readonly newIndex: boolean; readonly pulls: number }
  | { readonly kind: 'refused'; readonly failure: Failure };

/**
 * What will stand in ECR: the image as it is, or what the chosen platforms of it are. A new index is made here, so that
 * it is that digest which is approved; its bytes are kept, and are the same when they are made again.
 */
export async function pinPlatforms(
  deps: WorkerDeps,
  { entry, signal }: Pick<ResolveJob, 'entry' | 'signal'>,
  sourceDigest: Digest,
): Promise<PinnedPlatforms> {
  const { source, target } = entry;
  const platforms = (entry.platforms ?? []).flatMap((text) => parsePlatform(text) ?? []);
  if (platforms.length === 0) return { kind: 'pinned', digest: sourceDigest, newIndex: false, pulls: 0 };
  const repository = deps.sources.repository(source);
  let pulls = 0;
  const get = async (digest: Digest): Promise<Manifest> => {
    const kept = await keptManifest(deps, digest);
    if (kept) return kept;
    pulls += 1;
    return repository.getManifest(digest, signal);
  };
  const picked = await pick(repository, { digest: sourceDigest, platforms, get, signal });
  if (picked.kind === 'no such platform') {
    const wanted = formatPlatform(picked.wanted);
    const available = picked.available.map(formatPlatform);
    return { kind: 'refused', failure: failures.platformMissing({ source, target, wanted, available }) };
  }
  await Promise.all([...picked.known.values()].map((manifest) => keepManifest(deps, manifest)));
  return { kind: 'pinned', digest: picked.digest, newIndex: picked.newIndex, pulls };
}
