import type { Digest } from '../../../core/oci/digest.ts';
import { isTag, parseReference, type Reference } from '../../../core/oci/reference.ts';
import { ADOPTED } from '../../../core/request/changes.ts';
import type { Entry, Target } from '../../../core/request/image.ts';
import type { Store } from '../../../core/store/store.ts';
import type { StandingImage } from '../../ecr/list-tags.ts';

/** What became of one tag or one line of a list. */
export interface Adopted {
  readonly kind:
    | 'adopted'
    /** By an earlier request or adoption: left as it is. */
    | 'known'
    /** On a list and not in ECR: asked for at the first run. */
    | 'tracked';
  readonly target: Target;
  readonly digest?: Digest;
  readonly source?: Reference;
  /** Where the source was named: a list, or the name of the repository. */
  readonly from?: 'list' | 'name';
  /** What the source means now is what stands in ECR; absent where the source did not say. */
  readonly same?: boolean;
}

export interface AdoptDeps {
  readonly store: Pick<Store, 'targets' | 'tracked'>;
  /** The digest of a tag at its source, without a pull; undefined where it is not there or not to be seen. */
  readonly head: (source: Reference) => Promise<Digest | undefined>;
  readonly now: () => number;
  readonly by: string;
  /** Writes nothing. */
  readonly dryRun: boolean;
}

/** Suffix tags and those of signatures are of images that have names of their own. */
const isOwnTag = (tag: string): boolean => !/-[0-9a-f]{12}$/.test(tag) && !/^sha256-[0-9a-f]{64}/.test(tag);

/**
 * Writes down what stands under a tag as the baseline of later looks, and tracks it where its source is known. Nothing is
 * written over: what a request brought in stays on record as that.
 */
export async function adoptImage(
  deps: AdoptDeps,
  image: StandingImage,
  { target, listed }: { readonly target: Target; readonly listed: Reference | undefined },
): Promise<Adopted | undefined> {
  const { digest, tag } = image;
  if (!isOwnTag(tag)) return undefined;
  const { store } = deps;
  const guess = listed ?? guessOf(image);
  const there = guess && (await deps.head(guess));
  // A name that is at no registry is a guess that was wrong; what a list says counts all the same.
  const source = listed ?? (there ? guess : undefined);
  const known = (await store.targets.get(target))?.current !== undefined;
  if (!deps.dryRun) {
    const current = { sourceDigest: digest, targetDigest: digest, request: ADOPTED, copiedAt: deps.now() };
    if (!known) await store.targets.setCurrent(target, current);
    if (source) await track(deps, { source, target });
  }
  return {
    kind: known ? 'known' : 'adopted',
    target,
    digest,
    ...(source && { source, from: listed ? 'list' : 'name' }),
    ...(there && { same: there === digest }),
  };
}

/** On a list, and not in ECR. */
export async function trackListed(deps: AdoptDeps, { source, target }: Entry): Promise<Adopted> {
  if (!deps.dryRun) await track(deps, { source, target });
  return { kind: 'tracked', target, source, from: 'list' };
}

async function track({ by, now, store }: AdoptDeps, { source, target }: Entry): Promise<void> {
  await store.tracked.begin({ source, target, since: now(), by });
}

/** `base-images/nginx:1.27` is mostly Docker Hub's nginx. */
function guessOf({ repository, tag }: StandingImage): Reference | undefined {
  const name = repository.split('/').at(-1) ?? '';
  if (!isTag(tag)) return undefined;
  const parsed = parseReference(`${name}:${tag}`);
  return parsed.ok ? parsed.reference : undefined;
}

export const nameOf = ({ repository, tag }: Target): string => `${repository}:${tag}`;
