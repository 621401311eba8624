import { BatchCheckLayerAvailabilityCommand } from '@aws-sdk/client-ecr';
import type { Digest } from '../../core/oci/digest.ts';
import type { EcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import type { Ecr } from './client.ts';

/** API reference, BatchCheckLayerAvailability: at most 100 digests a call. */
const BATCH = 100;

export interface LayersQuestion {
  readonly repository: EcrRepositoryName;
  readonly digests: readonly Digest[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Which blobs the repository has, up to a hundred a call instead of one HEAD each. Every digest asked for is in
 * the answer; archived ones count as missing, for a manifest cannot use them.
 * Problems, a missing repository too, are thrown as the SDK's error.
 */
export async function layerAvailability(
  ecr: Ecr,
  question: LayersQuestion,
): Promise<ReadonlyMap<Digest, boolean>> {
  const { repository, signal } = question;
  const digests = [...new Set(question.digests)];
  const available = new Map<Digest, boolean>(digests.map((digest) => [digest, false]));
  for (let start = 0; start < digests.length; start += BATCH) {
    const command = new BatchCheckLayerAvailabilityCommand({
      registryId: ecr.account,
      repositoryName: repository,
      layerDigests: digests.slice(start, start + BATCH),
    });
    const { layers = [] } = await ecr.client.send(command, signal ? { abortSignal: signal } : {});
    const found = new Set(
      layers
        .filter((layer) => layer.layerAvailability === 'AVAILABLE')
        .map((layer): string | undefined => layer.layerDigest),
    );
    for (const digest of digests) if (found.has(digest)) available.set(digest, true);
  }
  return available;
}
