import type { Digest } from '../../core/oci/digest.ts';
import type { Repository } from '../registry/registry.ts';

/** Who puts which manifest, over all repositories of a run. */
export interface ManifestPuts {
  /** The repository, but a manifest that another image of the run puts as well is put after it, not beside it. */
  inTurn(repository: Repository): Repository;
}

/**
 * Debian's docker-registry keeps the bytes of a manifest once for all repositories and writes them in place: two PUTs of
 * the same manifest at the same moment read each other's half ("provided digest did not match uploaded content").
 * Two tags of one image in a list do just that. What a repository was given under its digest is not given again.
 */
export function openManifestPuts(): ManifestPuts {
  const turns = new Map<string, Promise<void>>();
  const given = new Set<string>();
  const inTurn = async (host: string, digest: Digest, put: () => Promise<void>): Promise<void> => {
    const key = `${host}@${digest}`;
    const before = turns.get(key) ?? Promise.resolve();
    const ours = before.then(put);
    // Whoever is next waits for the end, whatever it is.
    turns.set(
      key,
      ours.catch(() => {}),
    );
    return ours;
  };
  return {
    inTurn: (repository) => ({
      ...repository,
      putManifest: (key, manifest, signal) =>
        inTurn(repository.host, manifest.digest, async () => {
          const here = `${repository.host}/${repository.name}@${manifest.digest}`;
          if (key === manifest.digest && given.has(here)) return;
          await repository.putManifest(key, manifest, signal);
          given.add(here);
        }),
    }),
  };
}
