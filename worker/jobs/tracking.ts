import { schedulesFor } from '../../core/config/schedules.ts';
import type { Entry, Image } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { Store } from '../../core/store/store.ts';
import type { WorkerDeps } from '../deps.ts';

/** What is asked for by its tag is looked at from now on, unless somebody said that it is not to be; a digest never changes. */
export async function trackingOf(
  { config, store }: Pick<WorkerDeps, 'config' | 'store'>,
  { source, target }: Entry,
): Promise<NonNullable<Image['tracking']>> {
  const known = await store.tracked.get(target);
  const on = known ? known.off !== true : source.digest === undefined;
  return { on, schedules: on ? schedulesFor(config, target).map(({ name }) => name) : [] };
}

export interface Trackable {
  readonly source: Entry['source'];
  /** As it was asked for, whichever tag holds it. */
  readonly target: Entry['target'];
  readonly platforms: Entry['platforms'];
}

/** Once it is in ECR. What was said of it before stands. */
export async function beginTracking(
  { tracked }: Pick<Store, 'tracked'>,
  { lastAt, requester }: RequestItem,
  { platforms, source, target }: Trackable,
): Promise<void> {
  if (source.digest !== undefined) return;
  await tracked.begin({
    source,
    target,
    since: lastAt,
    ...(requester !== undefined && { by: requester }),
    ...(platforms && { platforms }),
  });
}
