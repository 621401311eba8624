import { movedTagOf } from '../../core/config/moved-tag.ts';
import { teamOf } from '../../core/config/naming.ts';
import type { Config } from '../../core/config/schema.ts';
import { deniedAnyhow, isSourceAllowed, readingRule, ruleFor } from '../../core/config/rules.ts';
import type { Digest } from '../../core/oci/digest.ts';
import { referenceKey } from '../../core/oci/reference.ts';
import { type Failure, failures, mirrorCommand } from '../../core/request/failure.ts';
import type { Entry, ImageId, Target } from '../../core/request/image.ts';
import type { Outcome } from '../../core/request/input.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { TargetRow } from '../../core/store/store.ts';
import { imageBlobs, type PlanRefusal, planCopy } from '../copy/plan.ts';
import { subjectsOf } from '../copy/find-referrers.ts';
import type { WorkerDeps } from '../deps.ts';
import { closestTags } from './closest-tags.ts';
import { factsOf } from './facts.ts';
import { joinOther } from './join.ts';
import { layerChanges } from './layer-changes.ts';
import { offerTerms } from './offer-terms.ts';
import { pinPlatforms } from './pin-platforms.ts';
import { pinReferrers } from './pin-referrers.ts';
import { type PlacedTag, placeTag } from './place-tag.ts';
import { trackingOf } from './tracking.ts';
import { readTree } from './read-tree.ts';
import { refusalText, refusalWayOut } from './refusal-text.ts';
import { takeTarget, targetOwner } from './take-target.ts';
import { atSource, atTarget } from './trouble.ts';

export interface ResolveJob {
  readonly item: RequestItem;
  readonly id: ImageId;
  readonly entry: Entry;
  readonly signal: AbortSignal;
}

/**
 * What one image is and what would happen to it: the digest pinned by a HEAD, what ECR has, its manifests (one GET each,
 * kept for the copy), the rule, and last the target taken. Throws Trouble.
 */
export async function resolveImage(given: WorkerDeps, job: ResolveJob): Promise<Outcome> {
  const { item, id, entry, signal } = job;
  const { source, target } = entry;
  const { config } = given;
  const team = config.teams.find((each) => each.id === item.team) ?? teamOf(config, item.channel);
  if (!team || !isSourceAllowed(config, source)) {
    return { kind: 'refused', failure: failures.hostNotAllowed({ source, allowed: config.sources }) };
  }
  const rule = { team, source, target, configHash: given.configHash };
  const answer = ruleFor(config, rule);
  // Credentials serve only the images of a rule that names them.
  const sources = given.sources.forRule(readingRule(config, rule));
  const deps = { ...given, sources };
  const repository = sources.repository(source);
  const head = await atSource(source, () => repository.headManifest(referenceKey(source), signal));
  if (!head) return { kind: 'refused', failure: await notFound(deps, job) };

  const owner = await targetOwner(deps, job);
  // An earlier try of ours took the target with the digest that counts, wherever the tag points now.
  const sourceDigest = owner.kind === 'ours' ? owner.sourceDigest : head.digest;
  const pinned = await atSource(source, () => pinPlatforms(deps, job, sourceDigest));
  if (pinned.kind === 'refused') return pinned;
  const { digest, newIndex } = pinned;

  const ecr = deps.ecrOf(target);
  const standing = (at: Target) => atTarget(entry, () => ecr.standing(at, signal));
  const stands = await standing(target);
  const movedTag = movedTagOf(config, answer.kind === 'applies' ? answer.rule.name : undefined, target.tag);
  const asked = { entry, digest, stands, config, look: standing };
  const place = await placeTag({ ...asked, movedTag });
  if (place.kind === 'refused') return place;
  const pins = { sourceDigest, targetDigest: digest };
  if (place.kind === 'stands') return unchanged(place, pins, owner.current);
  if (owner.kind === 'other') {
    const failure = await joinOther(deps, job, { owner, digest });
    return failure ? { kind: 'refused', failure } : resolveImage(given, job);
  }

  const denied = deniedAnyhow(config, rule);
  if (denied) {
    const { message, name } = denied;
    const failure = failures.denyRule({ source, rule: name, ...(message && { message }) });
    return { kind: 'refused', failure };
  }

  const read = await atSource(source, () => readTree(deps, job, digest));
  const present =
    stands.kind === 'no repository'
      ? new Set<Digest>()
      : await atTarget(entry, () => ecr.present(target.repository, imageBlobs(read.tree), signal));
  const pullThroughPrefixes = await atTarget(entry, () => ecr.pullThroughPrefixes(signal));
  const plan = planCopy(read.tree, present, { repository: target.repository, pullThroughPrefixes });
  const [refusal] = plan.refusals;
  if (refusal) {
    return { kind: 'refused', failure: unsupported(source, refusal) };
  }
  const facts = await atSource(source, () => factsOf(repository, { tree: read.tree, plan, signal }));
  const terms = await offerTerms(deps, job, { rule, facts, sourceDigest, current: owner.current });
  if (terms.kind === 'denied') return { kind: 'refused', failure: terms.failure };
  // Only with the facts is it known which rule it is; mostly it is the one that the text alone named.
  const says = movedTagOf(config, terms.rule.name, target.tag);
  const at = says === movedTag ? place : await placeTag({ ...asked, movedTag: says });
  if (at.kind === 'refused') return at;
  if (at.kind === 'stands') return unchanged(at, pins, owner.current);
  // What speaks of the whole image does not speak of a new index.
  const subjects = subjectsOf(read.tree).filter((subject) => !(newIndex && subject === digest));
  const { referrers, pulls } = await pinReferrers(deps, job, subjects);
  const limit = sources.rateLimit(source.registry);
  const taken = item.dryRun
    ? ({ kind: 'taken' } as const)
    : await takeTarget(deps, job, { digest, sourceDigest });
  if (taken.kind === 'pinned') return resolveImage(given, job);
  if (taken.kind === 'other') {
    const failure = await joinOther(deps, job, { owner: taken, digest });
    return failure ? { kind: 'refused', failure } : resolveImage(given, job);
  }
  deps.log('info', 'looked up', { requestId: item.id, image: id, digest, missingBytes: plan.missingBytes });
  const createsRepository = stands.kind === 'no repository';
  const layers =
    terms.before && stands.kind !== 'no repository'
      ? await layerChanges(deps, read.tree, {
          digest: terms.before.digest,
          repository: ecr.repository({ host: stands.repositoryUri.split('/')[0] ?? '' }, target.repository),
          signal,
        })
      : undefined;
  return {
    ...terms,
    sourceDigest,
    targetDigest: digest,
    ...(terms.before && { before: { ...terms.before, ...(layers && { layers }) } }),
    target: at.target,
    ...(at.moved && { moved: at.moved }),
    ...(at.alsoTag !== undefined && { alsoTag: at.alsoTag }),
    tracking: await trackingOf(deps, entry),
    facts,
    ...(referrers && { referrers }),
    plan: {
      missingBytes: plan.missingBytes,
      presentBytes: plan.presentBytes,
      missingBlobs: plan.blobs.length,
      createsRepository,
      ...(createsRepository && { settings: settingsOf(config.repositories) }),
      pulls: {
        cost: pinned.pulls + read.pulls + pulls,
        ...(limit?.limit !== undefined && { limit: limit.limit }),
        ...(limit?.remaining !== undefined && { remaining: limit.remaining }),
      },
    },
  };
}

const settingsOf = ({ encryption, scanOnPush, tagMutability }: Config['repositories']) => ({
  tagMutability,
  scanOnPush,
  ...(encryption && { encryption: encryption.type }),
});

function unchanged(
  { kind: _, ...placed }: Extract<PlacedTag, { kind: 'stands' }>,
  pins: { readonly sourceDigest: Digest; readonly targetDigest: Digest },
  current: TargetRow['current'],
): Outcome {
  const ours = current?.targetDigest === pins.targetDigest ? current : undefined;
  const record = ours && { request: ours.request, copiedAt: ours.copiedAt };
  return { kind: 'unchanged', ...pins, ...placed, ...(record && { record }) };
}

function unsupported(source: Entry['source'], refusal: PlanRefusal): Failure {
  const detail = refusalText(refusal);
  return failures.sourceUnsupported({ source, detail, wayOut: refusalWayOut(refusal) });
}

async function notFound(deps: WorkerDeps, { entry, signal }: ResolveJob): Promise<Failure> {
  const { source, target } = entry;
  // There is no tag near a digest.
  const wanted = source.digest === undefined ? source.tag : undefined;
  if (wanted === undefined) return failures.tagNotFound({ source, closest: [] });
  const tags = await atSource(source, () => deps.sources.repository(source).listTags(signal)).catch(() => []);
  const closest = closestTags(wanted, tags);
  const [tag] = closest;
  if (tag === undefined) return failures.tagNotFound({ source, closest });
  const kept = target.tag === wanted ? tag : target.tag;
  const command = mirrorCommand(
    { ...source, tag },
    { repository: target.repository, tag: kept },
    entry.platforms,
  );
  return failures.tagNotFound({ source, closest, command });
}
