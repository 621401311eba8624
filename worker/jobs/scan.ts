import type { Digest } from '../../core/oci/digest.ts';
import { formatPlatform } from '../../core/oci/platform.ts';
import { distinctAcross, type ScanFindings, type FindingsSummary } from '../../core/request/findings.ts';
import { type Image, type ImageId, isScanAwaited } from '../../core/request/image.ts';
import type { ScanOutcome } from '../../core/request/input.ts';
import { type RequestItem, imagesOf } from '../../core/request/request.ts';
import { newToken } from '../../core/store/change.ts';
import type { WorkerDeps } from '../deps.ts';
import { findingsChange } from './findings-before.ts';
import { askGate } from './gate.ts';

/** The item itself holds this many findings; the full list is a row a platform. */
const TOP = 5;

/**
 * One look at the scans of all images that wait, by the digest of each platform (an index is never scanned).
 * Looks grow apart with the time waited; a look that finds nothing writes nothing on the image.
 */
export async function lookAtScans(deps: WorkerDeps, item: RequestItem, signal: AbortSignal): Promise<void> {
  const { clock, config } = deps;
  const { timing } = config.limits;
  const now = clock.now();
  const waiting = imagesOf(item).filter(([, image]) => isScanAwaited(image));
  const since = Math.min(...waiting.map(([, image]) => image.scanFrom ?? image.since));
  const pause = Math.min(Math.max(timing.scanFirstLookMs, (now - since) / 2), timing.scanLookMaxMs);
  const until = Math.ceil(now + pause);
  if (!(await deps.store.requests.takeLook(item, { owner: newToken(clock.random), until }))) return;
  const scans: Record<ImageId, ScanOutcome> = {};
  for (const [id, image] of waiting) {
    signal.throwIfAborted();
    const outcome = await lookAt(deps, item, image);
    if (outcome) scans[id] = outcome;
  }
  if (Object.keys(scans).length > 0) {
    await deps.change({
      id: item.id,
      deadline: now + timing.leaseMs,
      input: () => ({ kind: 'scanned', scans }),
    });
    // What the gate let through is tagged next.
    const passed = Object.values(scans).some(({ verdict }) => verdict?.verdict === 'passed');
    await Promise.all([deps.bells.notify(item.id), ...(passed ? [deps.bells.work(item.id)] : [])]);
  }
  if (Object.keys(scans).length < waiting.length) await deps.bells.work(item.id, until - clock.now());
}

interface PlatformLook {
  readonly platform: string;
  readonly digest: Digest;
}

/** Undefined = look again later. */
async function lookAt(deps: WorkerDeps, item: RequestItem, image: Image): Promise<ScanOutcome | undefined> {
  const { timing } = deps.config.limits;
  const ecr = deps.ecrOf(image.target);
  const waited = deps.clock.now() - (image.scanFrom ?? image.since);
  const platforms = platformsOf(image);
  const found: { readonly platform: string; readonly findings: ScanFindings }[] = [];
  const missing: { readonly platform: string; readonly why: string }[] = [];
  for (const { platform, digest } of platforms) {
    const look = await ecr.scan(image.target.repository, digest).catch((error: unknown) => {
      deps.log('warn', 'ECR did not answer about a scan', { requestId: item.id, error });
      return { kind: 'waiting', status: NO_ANSWER } as const;
    });
    if (look.kind === 'found') {
      const { kind: _, ...findings } = look;
      found.push({ platform, findings });
      await deps.store.findings.put(item.id, digest, findings);
    } else if (look.kind === 'unavailable') {
      missing.push({ platform, why: look.why });
    } else if (waited < timing.scanMaxMs * patienceWith(image, look.status)) {
      return undefined;
    } else {
      missing.push({ platform, why: `no result after ${Math.round(waited / 60_000)} min (${look.status})` });
    }
  }
  const findings = found.flatMap((each) => each.findings.findings);
  if (found.length === 0) {
    const why = missing[0]?.why ?? 'there is nothing to scan in it';
    const unscanned = missing.length > 0 ? missing : [{ platform: 'the image', why }];
    return { as: 'unavailable', why, ...askGate(deps, image, { findings, missing: unscanned }) };
  }
  const change = await findingsChange(
    deps,
    image,
    found.map((each) => each.findings),
  );
  return {
    as: 'found',
    findings: { ...summarise(found, missing), ...(change && { change }) },
    ...askGate(deps, image, { findings, missing }),
  };
}

const NO_ANSWER = 'ECR did not answer';
/** An outage of ECR says nothing of an image, and a gate that holds it for that asks a person for nothing. */
const patienceWith = ({ state }: Image, status: string): number =>
  state === 'pushed' && status === NO_ANSWER ? 4 : 1;

function platformsOf(image: Image): readonly PlatformLook[] {
  const known = image.facts?.platforms ?? [];
  if (known.length > 0)
    return known.map(({ platform, digest }) => ({ platform: formatPlatform(platform), digest }));
  return image.targetDigest ? [{ platform: 'the image', digest: image.targetDigest }] : [];
}

/** Where the platforms are not all alike: what each of them has by itself. */
function byPlatform(
  found: readonly { readonly platform: string; readonly findings: ScanFindings }[],
): Pick<FindingsSummary, 'byPlatform'> {
  const list = found.map(({ findings, platform }) => ({
    platform,
    counts: distinctAcross([findings]).counts,
  }));
  const texts = new Set(list.map(({ counts }) => JSON.stringify(counts)));
  return texts.size > 1 ? { byPlatform: list } : {};
}

/** Over all platforms each vulnerability counts once, as bad as it is anywhere. */
function summarise(
  found: readonly { readonly platform: string; readonly findings: ScanFindings }[],
  missing: FindingsSummary['missing'],
): FindingsSummary {
  const distinct = distinctAcross(found.map(({ findings }) => findings));
  const completed = found.flatMap(({ findings }) => findings.completedAt ?? []);
  return {
    counts: distinct.counts,
    top: distinct.findings.slice(0, TOP).map(({ title: _, uri: __, ...finding }) => finding),
    total: distinct.total,
    platforms: found.map(({ platform }) => platform),
    ...byPlatform(found),
    missing,
    ...(completed.length > 0 && { completedAt: Math.max(...completed) }),
  };
}
