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
  const storable = storablePlatforms(plan, new Set(counts.map(({ manifest }) => manifest)));
  if (storable.length > 0) {
    const command = copyCommand({ ...asked.options, platforms: storable }, asked.pair);
    return { code: 'sourceUnsupported', summary, hint: 'Its other platforms can be copied:', command };
  }
  return { code: 'sourceUnsupported', summary, hint: wayOut(first) };
}

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
    case 'media type with parameters':
      return `Publish it with the media type ${refusal.mediaType.split(';')[0]?.trim()} alone, or copy it to another registry.`;
    default:
      return refusal satisfies never;
  }
}
