import type { Digest } from '../../core/oci/digest.ts';
import { formatPlatform, type Platform } from '../../core/oci/platform.ts';
import { familiarReference } from '../../core/oci/reference.ts';
import type { CopyPlan, PlanRefusal } from '../copy/plan.ts';
import { refusalText } from '../jobs/refusal-text.ts';
import { type Asked, copyCommand } from './copy-command.ts';
import type { CliFailure } from './failed.ts';

/** What the target cannot store, before a byte moves; undefined = nothing. */
export function refusalOf(plan: CopyPlan, asked: Asked): CliFailure | undefined {
  const { source, target } = asked.pair;
  const image = familiarReference(source);
  // Other registries store what ECR does not; but bytes that no registry has cannot be copied anywhere.
  const counts = plan.refusals.filter(({ kind }) => target.kind === 'ecr' || kind === 'foreign layer');
  const [first] = counts;
  if (!first) return undefined;
  const summary =
    target.kind === 'ecr'
      ? `${image} cannot be stored in ECR: ${refusalText(first)}.`
      : `${image} cannot be copied: ${refusalText(first)}.`;
  const others = [...new Set(counts.map(refusalText))].slice(1);
  const also = others.length > 0 ? { also: others.slice(0, ALSO_MAX) } : {};
  const storable = storablePlatforms(plan, new Set(counts.map(({ manifest }) => manifest)));
  if (storable.length > 0) {
    const command = copyCommand({ ...asked.options, platforms: storable }, asked.pair);
    const hint = 'Its other platforms can be copied:';
    return { code: 'sourceUnsupported', summary, ...also, hint, command };
  }
  return { code: 'sourceUnsupported', summary, ...also, hint: wayOut(first) };
}

/** A broken image may have hundreds. */
const ALSO_MAX = 9;

/** Not what is refused; with the index itself refused nothing of it can be taken as it is. */
function storablePlatforms(plan: CopyPlan, refused: ReadonlySet<Digest>): readonly Platform[] {
  if (refused.has(plan.rootDigest)) return [];
  const named = plan.platforms.flatMap(({ platform, digest }) =>
    platform ? [{ platform, text: formatPlatform(platform), refused: refused.has(digest) }] : [],
  );
  const lost = new Set(named.filter((each) => each.refused).map(({ text }) => text));
  return named.filter(({ text }) => !lost.has(text)).map(({ platform }) => platform);
}

function wayOut(refusal: PlanRefusal): string {
  switch (refusal.kind) {
    case 'empty blob':
      return 'Build it again without the empty layer (docker buildx makes none), or copy it to a registry that stores empty blobs.';
    case 'large manifest':
      return 'Copy fewer platforms with --platform, or publish it as several images.';
    case 'foreign layer':
      return 'Ask the people who publish it for a build that has all its layers in the registry.';
    case 'no layers':
      return 'Publish the artifact with at least one layer, or copy it to a registry that stores it as it is.';
    case 'empty index':
      return 'There is nothing in it to copy. Check the reference with the people who publish it.';
    case 'blob in index':
      return 'Export the cache with image-manifest=true,oci-mediatypes=true (the default since BuildKit 0.21), or copy it to a registry that takes it as it is.';
    case 'platform features':
      return 'Copy one platform with --platform, or ask the people who publish it for an index without platform.features.';
    case 'pull-through target':
      return refusal.prefix === 'ROOT'
        ? 'Have the rule narrowed to a prefix, or copy to another account or Region.'
        : 'Choose a repository that no pull-through cache rule covers: ECR writes those itself, from their upstream.';
    case 'media type with parameters':
      return `Publish it with the media type ${refusal.mediaType.split(';')[0]?.trim()} alone, or copy it to another registry.`;
    default:
      return refusal satisfies never;
  }
}
