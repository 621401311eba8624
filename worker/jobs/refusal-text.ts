import { shortDigest } from '../../core/oci/digest.ts';
import type { PlanRefusal } from '../copy/plan.ts';

/** Why ECR cannot store it, for people. */
export function refusalText(refusal: PlanRefusal): string {
  switch (refusal.kind) {
    case 'empty blob':
      return `it has an empty layer (${shortDigest(refusal.digest)}), which ECR does not store`;
    case 'large manifest':
      return `a manifest of ${refusal.sizeBytes} bytes is above ECR's 4 MiB`;
    case 'foreign layer':
      return `layer ${shortDigest(refusal.digest)} is kept outside the registry (a foreign layer)`;
    case 'no layers':
      return `manifest ${shortDigest(refusal.manifest)} has no layers`;
    case 'empty index':
      return 'its index lists nothing';
    case 'blob in index':
      return `its index lists ${refusal.mediaType} (${shortDigest(refusal.digest)}) as BuildKit's cache does, and ECR takes only manifests there`;
    case 'platform features':
      return `index ${shortDigest(refusal.manifest)} has platform.features, which ECR does not take`;
    case 'pull-through target':
      return refusal.prefix === 'ROOT'
        ? `ECR fills ${refusal.repository} itself, as all repositories there (a pull-through cache rule)`
        : `ECR fills ${refusal.repository} itself, by the pull-through cache rule for ${refusal.prefix}/`;
    case 'media type with parameters':
      return `ECR does not take the media type ${refusal.mediaType}`;
    default:
      return refusal satisfies never;
  }
}
