import { isDigest } from '../../../core/oci/digest.ts';
import { type Answer, answer } from '../answer.ts';
import { pullThroughRuleOf } from '../pull-through.ts';
import { accountSetting } from '../registry-settings.ts';
import type { EcrWorld } from '../world.ts';
import { parseStoredManifest } from './manifest-document.ts';

export interface MountRequest {
  readonly principal: string;
  readonly repository: string;
  readonly query: URLSearchParams;
}

/**
 * Mounts a blob of another repository of this registry, or undefined: then a plain upload begins.
 * ECR mounts only what a manifest there refers to (aws/containers-roadmap#2860), with the same
 * encryption, where the account's setting BLOB_MOUNTING is on, for a caller who may read it (ECR user guide, blob mounting).
 */
export function mountBlob(
  world: EcrWorld,
  { principal, repository, query }: MountRequest,
): Answer | undefined {
  if (accountSetting(world.state.accountSettings, 'BLOB_MOUNTING') !== 'ENABLED') return undefined;
  const digest = query.get('mount') ?? '';
  const from = world.state.repositories.get(query.get('from') ?? '');
  const into = world.state.repositories.get(repository);
  if (!isDigest(digest) || !from || !into) return undefined;
  // Not for what the pull through cache brought (the same page).
  if (pullThroughRuleOf(world.state, from.settings.name)) return undefined;
  const sizeBytes = from.blobs.get(digest);
  if (sizeBytes === undefined) return undefined;
  const { name, encryption } = from.settings;
  const own = into.settings.encryption;
  if (encryption.encryptionType !== own.encryptionType || encryption.kmsKey !== own.kmsKey) return undefined;
  if (world.policy.refusal(principal, 'ecr:GetDownloadUrlForLayer', name)) return undefined;
  const referenced = [...from.images.values()].some((image) => {
    const { config, layers = [] } = parseStoredManifest(image.manifest);
    return config?.digest === digest || layers.some((layer) => layer.digest === digest);
  });
  if (!referenced) return undefined;
  world.state.change({ kind: 'blob', repository, digest, sizeBytes });
  return answer(201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest });
}
