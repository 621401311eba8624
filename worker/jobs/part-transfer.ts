import * as v from 'valibot';
import type { Descriptor } from '../../core/oci/descriptor.ts';
import { type Digest, digestOf, isDigest } from '../../core/oci/digest.ts';
import type { Target } from '../../core/request/image.ts';
import type { BlobTransfer } from '../copy/transfer.ts';
import { TRANSFERS } from '../copy/transfers.ts';
import type { WorkerDeps } from '../deps.ts';
import type { EcrRegistry } from '../ecr/ecr-registry.ts';
import type { PartProgress } from '../ecr/part-upload.ts';
import { registryPartSource } from '../ecr/registry-part-source.ts';

const never = new AbortController().signal;
const KEPT_TYPE = 'application/json';

export interface PartTransfer {
  readonly ecr: EcrRegistry;
  readonly to: Target;
  /** A blob, or a part of one, is there for good. */
  readonly onKept: () => void;
}

/**
 * Blobs from `limits.partsFromBytes` on go through ECR's own API, part by part: how far one has come is kept, and whoever
 * takes the image next goes on at its last part. All others go as `limits.transfer` says.
 */
export function transferInto(deps: WorkerDeps, { ecr, onKept, to }: PartTransfer): BlobTransfer {
  const { partsFromBytes, transfer } = deps.config.limits;
  const whole = TRANSFERS[transfer];
  return async (job) => {
    const { blob, onBytes, signal, source } = job;
    if (partsFromBytes === undefined || blob.sizeBytes < partsFromBytes) {
      await whole(job);
      return onKept();
    }
    const key = keyOf(to, blob);
    const progress = await kept(deps, key);
    onBytes(progress?.sentBytes ?? 0);
    // One after the other, so that none overtakes a later one. One that is lost costs a part that is sent again.
    let saving: Promise<void> = Promise.resolve();
    await ecr.uploadByParts({
      repository: to.repository,
      blob,
      source: registryPartSource(source, blob),
      progress,
      onProgress: (now) => {
        onBytes(now.sentBytes);
        if (now.sentBytes > (progress?.sentBytes ?? 0)) onKept();
        saving = saving.then(() => keep(deps, key, now)).catch(() => {});
      },
      stop: never,
      signal,
      clock: deps.clock,
    });
    await saving;
  };
}

/** A row beside the manifests' bytes, under a key that is a digest like theirs; it is gone after a month. */
const keyOf = ({ account, region, repository }: Target, { digest }: Descriptor): Digest =>
  digestOf(Buffer.from(`parts of ${digest} in ${account}/${region}/${repository}`));

async function kept(deps: WorkerDeps, key: Digest): Promise<PartProgress | undefined> {
  const row = await deps.store.bytes.get(key);
  const parsed = row && v.safeParse(shape, JSON.parse(Buffer.from(row.bytes).toString('utf8')));
  return parsed?.success ? parsed.output : undefined;
}

async function keep(deps: WorkerDeps, key: Digest, progress: PartProgress): Promise<void> {
  await deps.store.bytes.put(key, { bytes: Buffer.from(JSON.stringify(progress)), mediaType: KEPT_TYPE });
}

const shape = v.object({
  digest: v.custom<Digest>((text) => typeof text === 'string' && isDigest(text), 'a digest'),
  uploadId: v.string(),
  partSizeBytes: v.number(),
  sentBytes: v.number(),
});
