import {
  FILTERS_MAX,
  mayMove,
  mutableTagsOf,
  type MovedTag,
  type TagSettings,
} from '../../core/config/moved-tag.ts';
import type { Config } from '../../core/config/schema.ts';
import { type Digest, digestPrefix } from '../../core/oci/digest.ts';
import { isTag } from '../../core/oci/reference.ts';
import { type Failure, failures } from '../../core/request/failure.ts';
import type { MovedTagFacts } from '../../core/request/changes.ts';
import type { Entry, Image, Target } from '../../core/request/image.ts';
import type { Standing } from '../ecr/ecr-registry.ts';

/** Under which tag a digest will stand, or stands already. */
export type PlacedTag =
  | (Pick<Image, 'target' | 'moved' | 'alsoTag'> & { readonly kind: 'free' })
  | (Pick<Image, 'target' | 'moved'> & { readonly kind: 'stands'; readonly repositoryUri: string })
  | { readonly kind: 'refused'; readonly failure: Failure };

export interface PlaceTag {
  readonly entry: Entry;
  /** What is to stand in ECR. */
  readonly digest: Digest;
  /** What stands under the tag that was asked for. */
  readonly stands: Standing;
  readonly movedTag: MovedTag;
  readonly config: Pick<Config, 'rules' | 'movedTag' | 'repositories'>;
  /** Looks at another tag of the same repository. */
  readonly look: (target: Target) => Promise<Standing>;
}

/** `1.21-alpine-8f33c7a2d901`: a name for this digest alone. Undefined where the tag is too long for one. */
export function suffixTag(tag: string, digest: Digest): string | undefined {
  const name = `${tag}-${digestPrefix(digest)}`;
  return isTag(name) ? name : undefined;
}

/** What the rule says of a tag that stands there with another digest, made true as far as the repository lets it. */
export async function placeTag(place: PlaceTag): Promise<PlacedTag> {
  const { digest, entry, movedTag, stands } = place;
  const { target } = entry;
  const also = movedTag === 'move' ? suffixTag(target.tag, digest) : undefined;
  const alsoTag = also === undefined ? {} : { alsoTag: also };
  if (stands.kind !== 'tag') return { kind: 'free', target, ...alsoTag };
  if (stands.digest === digest) return { kind: 'stands', target, repositoryUri: stands.repositoryUri };
  if (movedTag === 'refuse') return { kind: 'refused', failure: holdsOther(place, stands.digest) };
  const moved = { tag: target.tag, from: stands.digest };
  const free = stands.tags !== undefined && mayMove(stands.tags, target.tag);
  if (movedTag === 'move' && free) {
    return { kind: 'free', target, moved: { ...moved, by: 'move' }, ...alsoTag };
  }
  const cannotMove = movedTag === 'move' ? settingText(place, stands.tags) : undefined;
  return suffixed(place, { ...moved, by: 'suffix', ...(cannotMove !== undefined && { cannotMove }) });
}

async function suffixed(place: PlaceTag, moved: MovedTagFacts): Promise<PlacedTag> {
  const { digest, entry, look } = place;
  const tag = suffixTag(entry.target.tag, digest);
  if (tag === undefined) return { kind: 'refused', failure: holdsOther(place, moved.from) };
  const target = { ...entry.target, tag };
  const stands = await look(target);
  if (stands.kind !== 'tag') return { kind: 'free', target, moved };
  if (stands.digest === digest) {
    return { kind: 'stands', target, moved, repositoryUri: stands.repositoryUri };
  }
  return { kind: 'refused', failure: holdsOther({ ...place, entry: { ...entry, target } }, stands.digest) };
}

function holdsOther({ digest, entry }: PlaceTag, holds: Digest): Failure {
  const tag = `${entry.target.tag}-${digestPrefix(digest)}`;
  return failures.tagHoldsOther({ ...entry, holds, wanted: digest, suffixTag: tag });
}

/**
 * The setting with which the tag could move, for whoever runs the account: a repository that was there is never changed
 * by us. `put-image-tag-mutability` replaces all exclusions, so those that are there are named too.
 */
function settingText({ config, entry }: PlaceTag, found: TagSettings | undefined): string {
  const { account, region, repository, tag } = entry.target;
  const there = found?.tagMutability === 'IMMUTABLE_WITH_EXCLUSION' ? found.mutableTags : [];
  const wanted = mutableTagsOf(config, repository);
  const filters = [...new Set([...there, ...wanted])];
  if (filters.length > FILTERS_MAX) {
    return `${repository} has ${there.length} wildcards of tags that may move (${there.join(', ')}), and ECR takes no more than ${FILTERS_MAX}: one of them has to stand for ${tag} too`;
  }
  return [
    `aws ecr put-image-tag-mutability --registry-id ${account} --region ${region} --repository-name ${repository}`,
    '--image-tag-mutability IMMUTABLE_WITH_EXCLUSION',
    `--image-tag-mutability-exclusion-filters ${filters.map((filter) => `'filterType=WILDCARD,filter=${filter}'`).join(' ')}`,
  ].join(' ');
}
