import { readingRule, ruleFor } from '../../core/config/rules.ts';
import type { Team } from '../../core/config/schema.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { formatReference, referenceKey } from '../../core/oci/reference.ts';
import { type Entry, isSettled } from '../../core/request/image.ts';
import type { RunNote } from '../../core/request/scheduling.ts';
import type { TargetRow } from '../../core/store/store.ts';
import type { WorkerDeps } from '../deps.ts';
import { atSource, atTarget, Trouble } from '../jobs/trouble.ts';
import { suffixTag } from '../jobs/place-tag.ts';
import { isRegistryError } from '../registry/errors.ts';
import { deprecatedImage } from './deprecated.ts';
import { oldEnough } from './old-enough.ts';
import type { Watched } from './watched.ts';

/** What one image of a run is. */
export type Seen = Told &
  (
    | { readonly kind: 'unchanged' | 'waiting' | 'denied' | 'gone' }
    | { readonly kind: 'changed'; readonly entry: Entry }
    /** `until`: when it is old enough for its rule. */
    | { readonly kind: 'young'; readonly until: number }
  );

interface Told {
  readonly note?: RunNote;
  /** Remembered once the note is on record, so that it is told once. */
  readonly remember?: string;
}

export interface LookAt {
  readonly team: Team;
  /** The run's own request. */
  readonly request: string;
  readonly signal: AbortSignal;
}

/**
 * One HEAD at the source, which is no pull, against what we put there last. Nothing is read of an image that has not
 * changed. Throws Trouble for what may be otherwise in a while.
 */
export async function lookAt(given: WorkerDeps, watched: Watched, look: LookAt): Promise<Seen> {
  const { config, store } = given;
  const { source, target, tracked } = watched;
  const question = { team: look.team, source, target, configHash: given.configHash };
  const deps = { ...given, sources: given.sources.forRule(readingRule(config, question)) };
  const head = await headOf(deps, watched, look.signal);
  if (!head) return { kind: 'gone', ...noteGone(watched) };
  // It is back: when it goes again, that is news again.
  const told = tracked?.told ?? [];
  if (told.includes('gone'))
    await store.tracked.setTold(
      target,
      told.filter((word) => word !== 'gone'),
    );
  const note = noteDeprecated(watched);
  const row = await store.targets.get(target);
  if (row?.current?.sourceDigest === head) return { kind: 'unchanged', ...note };
  const asked = await askedBefore(deps, row, head);
  if (asked) return { kind: asked, ...note };
  if (await standsAnyway(deps, watched, head, look.signal)) return { kind: 'unchanged', ...note };
  const sighting = { source, digest: head, request: look.request, at: deps.clock.now() };
  const age = await oldEnough(deps, { answer: ruleFor(config, question), sighting, current: row?.current });
  if (age.kind === 'young') return { kind: 'young', until: age.until, ...note };
  const { tracked: _, ...entry } = watched;
  const pinned = age.digest === head ? source : { ...source, digest: age.digest };
  return { kind: 'changed', entry: { ...entry, source: pinned }, ...note };
}

/** Undefined: the tag or its repository is not there. */
async function headOf(
  deps: WorkerDeps,
  { source }: Watched,
  signal: AbortSignal,
): Promise<Digest | undefined> {
  try {
    const { sources } = deps;
    const facts = await atSource(source, () =>
      sources.repository(source).headManifest(referenceKey(source), signal),
    );
    return facts?.digest;
  } catch (error) {
    // Docker Hub says of a repository that is gone what it says of one that is private.
    const cause = error instanceof Trouble ? error.cause : error;
    const known = error instanceof Trouble && error.failure.code === 'sourcePrivate';
    if (known || isRegistryError(cause, 'not found')) return undefined;
    throw error;
  }
}

/** An earlier request for this very digest: still open, or denied by somebody. Any other end is no answer. */
async function askedBefore(
  { store }: WorkerDeps,
  row: TargetRow | undefined,
  head: Digest,
): Promise<'waiting' | 'denied' | undefined> {
  const open = row?.open;
  if (!open) return undefined;
  const owner = await store.requests.get(open.request);
  const image = owner?.images[open.image];
  if (!owner || owner.state === 'refused') return undefined;
  // Whatever digest it is about: the tag is being decided on, and the next run looks again.
  if (!image || !isSettled(image)) return owner.state === 'finished' ? undefined : 'waiting';
  const same = (open.sourceDigest ?? open.digest) === head;
  return same && image.state === 'rejected' ? 'denied' : undefined;
}

/** It stands in ECR although not by our record: whoever put it, there is nothing to ask for. */
async function standsAnyway(
  deps: WorkerDeps,
  { target, source, platforms }: Watched,
  head: Digest,
  signal: AbortSignal,
): Promise<boolean> {
  if (platforms) return false;
  const ecr = deps.ecrOf(target);
  const entry = { source, target };
  const suffix = suffixTag(target.tag, head);
  for (const tag of suffix === undefined ? [target.tag] : [target.tag, suffix]) {
    const stands = await atTarget(entry, () => ecr.standing({ ...target, tag }, signal));
    if (stands.kind === 'no repository') return false;
    if (stands.kind === 'tag' && stands.digest === head) return true;
  }
  return false;
}

function noteGone({ source, target, tracked }: Watched): Told {
  if (tracked?.told?.includes('gone')) return {};
  const { repository, tag } = target;
  const note = { kind: 'gone', source: formatReference(source), target: `${repository}:${tag}` } as const;
  return { note, remember: 'gone' };
}

function noteDeprecated({ source, tracked }: Watched): Told {
  const deprecated = deprecatedImage(source);
  if (!deprecated || tracked?.told?.includes('deprecated')) return {};
  const note = { kind: 'deprecated', source: formatReference(source), ...deprecated } as const;
  return { note, remember: 'deprecated' };
}

/** What a schedule names itself may not be tracked yet: what was told of it has to be remembered somewhere. */
export async function remember(store: WorkerDeps['store'], watched: Watched, word: string): Promise<void> {
  const { platforms, source, target, tracked } = watched;
  const told = [...new Set([...(tracked?.told ?? []), word])];
  if (tracked) return store.tracked.setTold(target, told);
  const begun = { source, target, since: 0, by: 'schedule', told, ...(platforms && { platforms }) };
  if (!(await store.tracked.begin(begun))) await store.tracked.setTold(target, told);
}
