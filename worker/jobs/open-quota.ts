import { type Failure, failures } from '../../core/request/failure.ts';
import type { Entry } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { OpenScope } from '../../core/store/store.ts';
import type { WorkerDeps } from '../deps.ts';

type Deps = Pick<WorkerDeps, 'config' | 'store'>;

/**
 * Takes a place among the open requests of its person and its channel; one that has a place keeps it however often it is
 * looked up. Undefined = it has both; else why each of its images is not looked up. Runs of schedules take none. Before
 * any registry is asked.
 */
export async function overOpen(
  deps: Deps,
  item: RequestItem,
): Promise<((entry: Entry) => Failure) | undefined> {
  const { requester, workspace, channel } = item;
  if (requester === undefined) return undefined;
  const { openPerChannel, openPerPerson } = deps.config.limits;
  const scopes = [
    { who: 'person', of: requester, max: openPerPerson },
    { who: 'channel', of: channel, max: openPerChannel },
  ] as const;
  for (const { max, of, who } of scopes) {
    const open = await takePlace(deps, item, { scope: { workspace, of }, max });
    if (open) return (entry) => failures.openRequestsFull({ ...entry, who, max, open });
  }
  return undefined;
}

interface Place {
  readonly scope: OpenScope;
  readonly max: number;
}

/** Undefined = taken; else the requests that have all the places. A lost race is looked at again. */
async function takePlace(
  { store }: Deps,
  { createdAt, id }: RequestItem,
  { max, scope }: Place,
): Promise<readonly string[] | undefined> {
  for (;;) {
    const { requests, version } = await store.quotas.openPlaces(scope);
    if (requests.some((each) => each.id === id)) return undefined;
    // Who is there is looked at only when all places seem taken.
    const open = requests.length < max ? requests : await stillOpen(store, requests);
    if (open.length >= max) return open.map((each) => each.id);
    const mine = { id, at: createdAt };
    if (await store.quotas.takeOpen(scope, { version, requests: [...open, mine] })) return undefined;
  }
}

async function stillOpen<T extends { readonly id: string }>(
  { requests }: Deps['store'],
  places: readonly T[],
): Promise<readonly T[]> {
  const items = await Promise.all(places.map(({ id }) => requests.get(id)));
  return places.filter((_, at) => {
    const state = items[at]?.state;
    return state !== undefined && state !== 'finished' && state !== 'refused';
  });
}
