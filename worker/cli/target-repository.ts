import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { askedOnce, headBlobs } from '../copy/present.ts';
import { isRegistryError } from '../registry/errors.ts';
import type { Repository } from '../registry/registry.ts';

/** What the target's tag means before anything is copied. */
export type Standing =
  | { readonly kind: 'no repository' }
  | { readonly kind: 'no tag' }
  | {
      readonly kind: 'tag';
      readonly digest: Digest;
      /** Whether the registry lets the tag mean something else. */
      readonly movable: boolean;
    };

/** The repository that images are copied into, of whatever kind its registry is. Shared by the images of a list. */
export interface TargetRepository {
  /** One HEAD of the tag. */
  standing(tag: string, signal: AbortSignal): Promise<Standing>;
  /** Which of the blobs, and of the manifests that were put in this run, are there. */
  present(blobs: readonly Descriptor[], signal: AbortSignal): Promise<ReadonlySet<Digest>>;
  /** Below these the registry writes its repositories itself, from elsewhere. Asked for once a run. */
  pullThroughPrefixes(signal: AbortSignal): Promise<readonly string[]>;
  /** To write to; created first where it is missing and the registry has to be asked for that. */
  open(signal: AbortSignal): Promise<Repository>;
  /** These are there now: nobody needs to ask again. */
  arrived(digests: readonly Digest[]): void;
}

/** Any registry of the OCI distribution specification: its repositories come into being with their first blob. */
export function registryRepository(repository: Repository): TargetRepository {
  const here = new Set<Digest>();
  const once = askedOnce(repository);
  return {
    standing: async (tag, signal) => {
      const facts = await headTag(repository, tag, signal);
      return facts ? { kind: 'tag', digest: facts.digest, movable: true } : { kind: 'no tag' };
    },
    present: async (blobs, signal) => {
      const unsure = blobs.filter(({ digest }) => !here.has(digest));
      return new Set([...here, ...(await headBlobs(once, unsure, signal))]);
    },
    pullThroughPrefixes: async () => [],
    open: async () => repository,
    arrived: (digests) => {
      for (const digest of digests) here.add(digest);
    },
  };
}

/** ghcr.io says "denied" of a package that does not exist yet; whether one may push is told by the upload. */
async function headTag(repository: Repository, tag: string, signal: AbortSignal) {
  try {
    return await repository.headManifest(tag, signal);
  } catch (error) {
    if (isRegistryError(error, 'denied')) return undefined;
    throw error;
  }
}
