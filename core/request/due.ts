import { hasSomethingToSay } from './deliveries.ts';
import { type ImageId, isScanAwaited } from './image.ts';
import { remindDue } from './reminding.ts';
import { imagesOf, RESOLVE, type RequestItem, SCAN } from './request.ts';
import type { Timing } from './timing.ts';

/**
 * When somebody has to look at the request again, or undefined when all is done and said. Pure in the item.
 * It may be early, never late: the tick finds requests by it, and nothing else wakes a forgotten one.
 */
export function due(item: RequestItem, timing: Timing): number | undefined {
  return earliest([workRingDue(item, timing), decisionDue(item), remindDue(item), notifyDue(item, timing)]);
}

/** When the tick may ring the work queue: the work itself, backed off where this version was already rung for. */
export function workRingDue(item: RequestItem, timing: Timing): number | undefined {
  const work = workDue(item, timing);
  if (work === undefined || item.rung?.version !== item.version) return work;
  const { at, n } = item.rung;
  return Math.max(work, at + Math.min(timing.rungBackoffMs * 2 ** n, timing.rungBackoffMaxMs));
}

/** When work that nobody has begun or finished counts as forgotten. */
export function workDue(item: RequestItem, timing: Timing): number | undefined {
  if (item.state === 'refused') return undefined;
  if (item.state === 'resolving') return item.work[RESOLVE]?.until ?? item.createdAt + timing.ringAfterMs;
  return earliest([
    ...Object.keys(item.images).map((id) => imageDue(item, id, timing)),
    scanDue(item, timing),
  ]);
}

function imageDue(item: RequestItem, id: ImageId, timing: Timing): number | undefined {
  const image = item.images[id];
  if (image?.state === 'queued') return Math.max(image.notBefore, image.since) + timing.ringAfterMs;
  if (image?.state === 'copying') return item.work[id]?.until ?? image.since;
  return undefined;
}

/** One look serves all images that wait; after the last useful one the tick still rings once to end the waiting. */
export function scanDue(item: RequestItem, timing: Timing): number | undefined {
  const from = earliest(
    imagesOf(item).map(([, i]) => (isScanAwaited(i) ? (i.scanFrom ?? i.since) : undefined)),
  );
  if (from === undefined) return undefined;
  return Math.max(from + timing.scanFirstLookMs, item.work[SCAN]?.until ?? 0) + timing.ringAfterMs;
}

/** When waiting for people ends. */
export function decisionDue(item: RequestItem): number | undefined {
  if (item.state !== 'pending' && item.state !== 'running') return undefined;
  return earliest(
    imagesOf(item).map(([, image]) =>
      image.state === 'ready' || image.state === 'held' ? image.expiresAt : undefined,
    ),
  );
}

/** When the notifier counts as late: a while after the last change, never inside a post in doubt. */
export function notifyDue(item: RequestItem, timing: Timing): number | undefined {
  const { doubled = [], tried, notBefore } = item.notifier;
  const next = earliest([
    hasSomethingToSay(item) ? item.lastAt + timing.sayAfterMs : undefined,
    ...doubled.map(({ at }) => at),
  ]);
  return next === undefined
    ? undefined
    : Math.max(next, notBefore ?? 0, sayFrom(item), tried ? tried.deadline + timing.graceMs : 0);
}

/** Quiet hours: nothing of a schedule's run is said before. What began earlier than that, by hand, goes on. */
export const sayFrom = ({ schedule, notifier }: RequestItem): number =>
  notifier.card === undefined ? (schedule?.sayFrom ?? 0) : 0;

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length ? Math.min(...known) : undefined;
}
