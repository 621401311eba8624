import { remindersOf } from '../../core/config/reminders.ts';
import { type RuleQuestion, ruleFor } from '../../core/config/rules.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { formatPlatform } from '../../core/oci/platform.ts';
import { type Failure, failures } from '../../core/request/failure.ts';
import { flagsOf } from '../../core/request/flags.ts';
import type { Before } from '../../core/request/changes.ts';
import type { ImageFacts } from '../../core/request/image-facts.ts';
import type { Image } from '../../core/request/image.ts';
import type { WorkerDeps } from '../deps.ts';
import { autoOrAsk } from './auto-rule.ts';
import type { TargetRow } from '../../core/store/store.ts';
import type { ResolveJob } from './resolve-image.ts';

export interface OfferQuestion {
  readonly rule: RuleQuestion;
  readonly facts: ImageFacts;
  /** What the source means now: its age here counts from when it was first seen so. */
  readonly sourceDigest: Digest;
  /** What we put under this very tag last. */
  readonly current: TargetRow['current'];
}

type Terms = Required<Pick<Image, 'rule' | 'expiresAt' | 'flags'>> &
  Pick<Image, 'reminders' | 'before' | 'teamPlatforms'>;
export type OfferTerms =
  | (Terms & { readonly kind: 'offer' })
  | { readonly kind: 'denied'; readonly failure: Failure };

/** Under which rule an image is offered, until when, and what its approvers are told beside the facts themselves. */
export async function offerTerms(
  deps: WorkerDeps,
  { entry: { source, target }, item }: ResolveJob,
  question: OfferQuestion,
): Promise<OfferTerms> {
  const { config, store } = deps;
  const { current, facts, sourceDigest } = question;
  const now = deps.clock.now();
  const sighting = { source, digest: sourceDigest, request: item.id, at: now };
  const [seen, before] = await Promise.all([store.seen.note(sighting), beforeOf(deps, target, current)]);
  const { createdAt, sizeBytes } = facts;
  const answer = ruleFor(config, {
    ...question.rule,
    facts: {
      platforms: facts.platforms.map(({ platform }) => formatPlatform(platform)),
      sizeBytes,
      ...(createdAt !== undefined && { createdAt }),
      seenAt: seen.digestSince,
      now,
    },
  });
  if (answer.kind === 'deny') {
    const { message, name } = answer;
    return {
      kind: 'denied',
      failure: failures.denyRule({ source, rule: name, ...(message && { message }) }),
    };
  }
  const { timing } = answer;
  const rule = await autoOrAsk(deps, { rule: answer.rule, target, current, seenAt: seen.digestSince });
  const reminders = rule.decision === 'auto' ? [] : remindersOf(config.hours, timing, now);
  const newSource = seen.firstRequest === item.id && before === undefined;
  const { platforms } = question.rule.team;
  return {
    kind: 'offer',
    rule,
    expiresAt: now + timing.expiresAfterMs,
    flags: flagsOf({ source, facts, newSource, now }, config.flags),
    ...(reminders.length > 0 && { reminders }),
    ...(before && { before }),
    ...(platforms.length > 0 && { teamPlatforms: platforms }),
  };
}

/** What we put into the repository last, as its own request knew it. */
async function beforeOf(
  { store }: WorkerDeps,
  target: ResolveJob['entry']['target'],
  own: TargetRow['current'],
): Promise<Before | undefined> {
  const { account, region, repository } = target;
  // What stood under this very tag says more than what came into the repository last.
  const newest = own
    ? { tag: target.tag, current: own }
    : await store.targets.newest({ account, region, repository });
  if (!newest) return undefined;
  const { copiedAt, request, tag = newest.tag, targetDigest: digest } = newest.current;
  const images = Object.values((await store.requests.get(request))?.images ?? {});
  const image = images.find((each) => each.target.repository === repository && each.targetDigest === digest);
  const { facts, findings } = image ?? {};
  return {
    request,
    tag,
    digest,
    copiedAt,
    ...(facts && {
      sizeBytes: facts.sizeBytes,
      platforms: facts.platforms.map(({ platform }) => formatPlatform(platform)),
      ...(facts.createdAt !== undefined && { createdAt: facts.createdAt }),
    }),
    ...(findings && { counts: findings.counts }),
  };
}
