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
