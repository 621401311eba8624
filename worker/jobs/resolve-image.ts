import { teamOf } from '../../core/config/naming.ts';
import { isSourceAllowed, ruleFor } from '../../core/config/rules.ts';
import { type Digest, digestPrefix } from '../../core/oci/digest.ts';
import { parseManifest, type Manifest } from '../../core/oci/manifest.ts';
import { referenceKey } from '../../core/oci/reference.ts';
import { type Failure, failures, mirrorCommand } from '../../core/request/failure.ts';
import type { Outcome } from '../../core/request/input.ts';
import type { Entry, ImageId, RequestItem } from '../../core/request/request.ts';
import { imageBlobs, planCopy } from '../copy/plan.ts';
import { fetchTree, type ImageTree, manifestsOf } from '../copy/tree.ts';
import type { WorkerDeps } from '../deps.ts';
import { closestTags } from './closest-tags.ts';
import { factsOf } from './facts.ts';
import { refusalText } from './refusal-text.ts';
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
export async function resolveImage(deps: WorkerDeps, job: ResolveJob): Promise<Outcome> {
  const { item, id, entry, signal } = job;
  const { source, target } = entry;
  const { config, sources } = deps;
  const team = config.teams.find((each) => each.id === item.team) ?? teamOf(config, item.channel);
  if (!team || !isSourceAllowed(config, source)) {
    return { kind: 'refused', failure: failures.hostNotAllowed({ source, allowed: config.sources }) };
  }
  const repository = sources.repository(source);
  const head = await atSource(source, () => repository.headManifest(referenceKey(source), signal));
  if (!head) return { kind: 'refused', failure: await notFound(deps, job) };

  const owner = await targetOwner(deps, job);
  // An earlier try of ours took the target with the digest that counts, wherever the tag points now.
  const digest = owner.kind === 'ours' ? owner.digest : head.digest;

  const ecr = deps.ecrOf(target);
  const stands = await atTarget(entry, () => ecr.standing(target, signal));
  if (stands.kind === 'tag' && stands.digest === digest) {
    const current = owner.current?.targetDigest === digest ? owner.current : undefined;
    const record = current && { request: current.request, copiedAt: current.copiedAt };
    const { repositoryUri } = stands;
    const pinned = { sourceDigest: digest, targetDigest: digest, repositoryUri };
    return { kind: 'unchanged', ...pinned, ...(record && { record }) };
  }
  if (stands.kind === 'tag') {
    const suffixTag = `${target.tag}-${digestPrefix(digest)}`;
    const failure = failures.tagHoldsOther({
      source,
      target,
      holds: stands.digest,
      wanted: digest,
      suffixTag,
    });
    return { kind: 'refused', failure };
  }
  if (owner.kind === 'other') {
    const asked = { source, target, request: owner.request };
    const failure = owner.digest === digest ? failures.alreadyAsked(asked) : failures.targetBusy(asked);
    return { kind: 'refused', failure };
  }

  const answer = ruleFor(config, { team, source, target, configHash: deps.configHash });
  if (answer.kind === 'deny')
    return { kind: 'refused', failure: failures.denyRule({ source, rule: answer.name }) };

  const read = await atSource(source, () => readTree(deps, job, digest));
  const present =
    stands.kind === 'no repository'
      ? new Set<Digest>()
      : await atTarget(entry, () => ecr.present(target.repository, imageBlobs(read.tree), signal));
  const plan = planCopy(read.tree, present);
  const [refusal] = plan.refusals;
  if (refusal) {
    return { kind: 'refused', failure: failures.sourceUnsupported({ source, detail: refusalText(refusal) }) };
  }
  const facts = await atSource(source, () => factsOf(repository, { tree: read.tree, plan, signal }));
  const limit = sources.rateLimit(source.registry);
  const taken = await takeTarget(deps, job, digest);
  if (taken.kind !== 'taken') {
    const asked = { source, target, request: taken.request };
    return {
      kind: 'refused',
      failure: taken.digest === digest ? failures.alreadyAsked(asked) : failures.targetBusy(asked),
    };
  }
  deps.log('info', 'looked up', { requestId: item.id, image: id, digest, missingBytes: plan.missingBytes });
  return {
    kind: 'offer',
    sourceDigest: digest,
    targetDigest: digest,
    facts,
    plan: {
      missingBytes: plan.missingBytes,
      presentBytes: plan.presentBytes,
      missingBlobs: plan.blobs.length,
      createsRepository: stands.kind === 'no repository',
      pulls: {
        cost: read.pulls,
        ...(limit?.limit !== undefined && { limit: limit.limit }),
        ...(limit?.remaining !== undefined && { remaining: limit.remaining }),
      },
    },
    rule: answer.rule,
    expiresAt: deps.clock.now() + answer.expiresAfterMs,
  };
}

/** All manifests, from the kept bytes where they are at hand; `pulls` counts the GETs that were needed. Throws RegistryError. */
export async function readTree(
  deps: WorkerDeps,
  { entry, signal }: Pick<ResolveJob, 'entry' | 'signal'>,
  digest: Digest,
): Promise<{ readonly tree: ImageTree; readonly pulls: number }> {
  const known = new Map<Digest, Manifest>();
  const kept = async (wanted: Digest): Promise<Manifest | undefined> => {
    const row = await deps.store.bytes.get(wanted);
    return row && parseManifest(row.bytes, row.mediaType);
  };
  const root = await kept(digest);
  if (root) known.set(digest, root);
  const listed = root?.kind === 'index' ? root.manifests : [];
  for (const child of await Promise.all(listed.map((descriptor) => kept(descriptor.digest)))) {
    if (child) known.set(child.digest, child);
  }
  const tree = await fetchTree(deps.sources.repository(entry.source), digest, {
    known: (wanted) => known.get(wanted),
    signal,
  });
  const fetched = manifestsOf(tree).filter((manifest) => !known.has(manifest.digest));
  await Promise.all(
    fetched.map(({ digest: at, bytes, mediaType }) => deps.store.bytes.put(at, { bytes, mediaType })),
  );
  return { tree, pulls: fetched.length };
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
  const command = mirrorCommand({ ...source, tag }, { repository: target.repository, tag: kept });
  return failures.tagNotFound({ source, closest, command });
}
