import type { RuleAnswer } from '../../core/config/rules.ts';
import type { Digest } from '../../core/oci/digest.ts';
import type { Sighting, TargetRow } from '../../core/store/store.ts';
import type { WorkerDeps } from '../deps.ts';

export type Age =
  /** The newest digest of the tag that may be asked for: the one that is there, or one from before it. */
  | { readonly kind: 'old enough'; readonly digest: Digest }
  | { readonly kind: 'young'; readonly until: number };

/** The part of a worker's things that an age needs. */
export interface AgeDeps {
  readonly config: Pick<WorkerDeps['config'], 'rules'>;
  readonly clock: Pick<WorkerDeps['clock'], 'now'>;
  readonly store: { readonly seen: WorkerDeps['store']['seen'] };
}

export interface AgeQuestion {
  readonly answer: RuleAnswer;
  /** What the tag means now. */
  readonly sighting: Sighting;
  /** What we put there last. */
  readonly current: TargetRow['current'];
}

/**
 * A rule that lets in by itself takes only what has stood under its tag for a while: whoever takes a publisher's account
 * over is mostly noticed within days. Of a digest that is younger the one before it is taken, if that is old enough and
 * newer than what we have. What people decide is as old as it is.
 */
export async function oldEnough(deps: AgeDeps, { answer, current, sighting }: AgeQuestion): Promise<Age> {
  const { digestSince } = await deps.store.seen.note(sighting);
  const minAgeMs = answer.kind === 'applies' ? minAgeOf(deps, answer.rule.name) : 0;
  const now = deps.clock.now();
  if (now - digestSince >= minAgeMs) return { kind: 'old enough', digest: sighting.digest };
  const known = await deps.store.seen.digests(sighting.source);
  const since = known.find(({ digest }) => digest === current?.sourceDigest)?.since ?? 0;
  const before = known
    .filter((each) => each.digest !== sighting.digest && each.since > since && now - each.since >= minAgeMs)
    .toSorted((a, b) => b.since - a.since)[0];
  if (before) return { kind: 'old enough', digest: before.digest };
  return { kind: 'young', until: digestSince + minAgeMs };
}

/** 0 for rules that ask people. */
function minAgeOf({ config }: AgeDeps, name: string): number {
  const rule = config.rules.find((each) => each.name === name);
  return rule?.decision === 'auto' ? rule.minAgeDays * 86_400_000 : 0;
}
