import pLimit from 'p-limit';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Digest } from '../../core/oci/digest.ts';
import type { Repository } from '../registry/registry.ts';

const AT_ONCE = 8;

/** Which of the blobs a repository has, by one HEAD each: for registries without a way to ask for many. */
export async function headBlobs(
  target: Repository,
  blobs: readonly Descriptor[],
  signal?: AbortSignal,
): Promise<ReadonlySet<Digest>> {
  const limit = pLimit(AT_ONCE);
  const asked = blobs.map((blob) => limit(() => target.headBlob(blob, signal)));
  const answers = await Promise.all(asked);
  return new Set(blobs.filter((_blob, i) => answers[i] === true).map(({ digest }) => digest));
}

/**
 * The same repository, which is asked for each blob only once: for one run over images that share layers. A "no"
 * may be out of date when a blob has arrived since; flights that remember know better.
 */
export function askedOnce(target: Repository): Repository {
  const answers = new Map<Digest, Promise<boolean>>();
  return {
    ...target,
    headBlob: (blob, signal) => {
      const known = answers.get(blob.digest);
      if (known) return known;
      const asked = target.headBlob(blob, signal);
      answers.set(blob.digest, asked);
      asked.catch(() => answers.delete(blob.digest));
      return asked;
    },
  };
}
