import * as v from 'valibot';
import type { Log } from '../../core/log.ts';
import type { Bells } from '../../core/queue/bell.ts';
import { type Image, isScanAwaited } from '../../core/request/image.ts';
import { imagesOf, type RequestItem, SCAN } from '../../core/request/request.ts';
import type { Timing } from '../../core/request/timing.ts';
import type { RequestStore } from '../../core/store/store.ts';

export interface ScanHintDeps {
  readonly requests: RequestStore;
  readonly bells: Bells;
  readonly timing: Timing;
  readonly now: () => number;
  readonly log: Log;
}

/** A scan that is over, as EventBridge tells it. */
export interface ScanOver {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** Of one platform's manifest, mostly: an index is never scanned. */
  readonly digest: string;
}

const shape = v.object({
  account: v.string(),
  region: v.string(),
  detail: v.object({ 'repository-name': v.string(), 'image-digest': v.string() }),
});

/**
 * `ECR Image Scan` (ECR user guide, "Amazon ECR events and EventBridge") or `Inspector2 Scan` (Inspector user guide),
 * whose `repository-name` is the repository's ARN. Undefined: neither.
 */
export function parseScanOver(event: unknown): ScanOver | undefined {
  const parsed = v.safeParse(shape, event);
  if (!parsed.success) return undefined;
  const { account, region, detail } = parsed.output;
  const repository = detail['repository-name'].replace(/^arn:[^/]*:repository\//, '');
  return { account, region, repository, digest: detail['image-digest'] };
}

/** More than this many requests are not looked through for one event. */
const AT_ONCE = 200;

/**
 * Somebody said that a scan is over: whoever waits for it looks now and not at its next time. Only a hint. It brings no
 * findings, events come late, twice or never, and without it the looks go on as ever.
 */
export async function scanHint(deps: ScanHintDeps, event: unknown): Promise<void> {
  const { bells, log, requests, timing } = deps;
  const over = parseScanOver(event);
  if (!over) return log('warn', 'an event is none of a scan');
  // Whoever waits for findings is due within one look and the tick's patience.
  const until = deps.now() + timing.scanLookMaxMs + timing.ringAfterMs;
  for (const id of await requests.findDue(until, AT_ONCE)) {
    const item = await requests.get(id);
    if (!item || !waitsFor(item, over)) continue;
    await endPause(deps, item);
    await bells.work(id);
  }
}

const waitsFor = (item: RequestItem, over: ScanOver): boolean =>
  imagesOf(item).some(([, image]) => isScanAwaited(image) && isOf(image, over));

function isOf(
  { facts, target, targetDigest }: Image,
  { account, digest, region, repository }: ScanOver,
): boolean {
  if (target.account !== account || target.region !== region || target.repository !== repository)
    return false;
  return digest === targetDigest || (facts?.platforms ?? []).some((each) => each.digest === digest);
}

/** The lease of a look is also the pause until the next one. Two looks at the same time do no harm: one of them is told. */
async function endPause({ now, requests }: ScanHintDeps, item: RequestItem): Promise<void> {
  const pause = item.work[SCAN];
  if (!pause || pause.until <= now()) return;
  const { fence, owner } = pause;
  await requests.heartbeat({ id: item.id, key: SCAN, owner, fence, until: now() });
}
