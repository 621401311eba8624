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

/** What can be done about it: a request elsewhere, or by the people who publish the image. */
export function refusalWayOut(refusal: PlanRefusal): string {
  switch (refusal.kind) {
    case 'empty blob':
      return 'Ask the people who publish it for a build without the empty layer (docker buildx makes none).';
    case 'large manifest':
      return 'Ask for fewer of its platforms, or ask the people who publish it to publish it as several images.';
    case 'foreign layer':
      return 'Ask the people who publish it for a build that has all its layers in the registry.';
    case 'no layers':
      return 'Ask the people who publish the artifact for one with at least one layer.';
    case 'empty index':
      return 'There is nothing in it to copy: check the reference.';
    case 'blob in index':
      return 'Build caches stay where they are made; ECR takes those exported with image-manifest=true,oci-mediatypes=true.';
    case 'platform features':
      return 'Ask for one of its platforms, or ask the people who publish it for an index without platform.features.';
    case 'pull-through target':
      return refusal.prefix === 'ROOT'
        ? 'Have the rule narrowed to a prefix by whoever runs the registry.'
        : 'Ask again for a repository that no pull-through cache rule covers.';
    case 'media type with parameters':
      return 'Ask the people who publish it to name the media type without parameters.';
    default:
      return refusal satisfies never;
  }
}
