import { type Failure, failures } from '../../core/request/failure.ts';
import type { Entry } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { WorkerDeps } from '../deps.ts';

const HOUR_MS = 3_600_000;

/**
 * Counts a request for its person's hour, the one in which it was asked, so that another try of the same request is never
 * a second one. Undefined: it may be looked up; else why each of its images is not. Before any registry is asked.
 */
export async function overLookups(
  { config, store }: Pick<WorkerDeps, 'config' | 'store'>,
  item: RequestItem,
): Promise<((entry: Entry) => Failure) | undefined> {
  const user = item.requester;
  // A schedule asks as often as its configuration says.
  if (user === undefined) return undefined;
  const max = config.limits.resolvesPerHour;
  const hourStart = item.createdAt - (item.createdAt % HOUR_MS);
  const taken = await store.quotas.takeLookups({
    workspace: item.workspace,
    user,
    hourStart,
    request: item.id,
    images: Object.keys(item.entries).length,
    max,
  });
  if (taken) return undefined;
  const [since, again] = [hourStart, hourStart + HOUR_MS].map(
    (at) => `${new Date(at).toISOString().slice(11, 16)} UTC`,
  );
  return (entry) => failures.lookupsUsedUp({ ...entry, max, since: since ?? '', again: again ?? '' });
}
