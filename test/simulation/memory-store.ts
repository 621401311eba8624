import type { Digest } from '../../core/oci/digest.ts';
import { type RequestItem, SCAN } from '../../core/request/request.ts';
import {
  type OpenPlaces,
  type PullBudget,
  type RequestStore,
  type Store,
  StoreError,
  type TargetRow,
} from '../../core/store/store.ts';
import {
  budgetKey,
  type Key,
  openKey,
  quotaKey,
  seenDigestKey,
  seenKey,
  targetKey,
} from '../../core/store/table.ts';
import { CALM, type Proc, type Scheduler } from './scheduler.ts';

/** What DynamoDB would hold, with the conditions of core/store/items.ts, applied at once and in one place. */
export interface Rows {
  readonly items: Map<string, RequestItem>;
  readonly index: Map<string, number>;
  readonly targets: Map<string, TargetRow>;
  readonly bytes: Map<string, { readonly bytes: Uint8Array; readonly mediaType: string }>;
  readonly budgets: Map<string, PullBudget>;
  /** Places for open requests, by person or channel. */
  readonly open: Map<string, OpenPlaces>;
  /** First sightings, by their key. */
  readonly seen: Map<string, { readonly at: number; readonly request: string }>;
  /** What was looked up, by person and hour. */
  readonly lookups: Map<string, ReadonlySet<string>>;
  /** Called after each write: where directed stories begin. */
  onWrite: (before: RequestItem | undefined, after: RequestItem) => void;
  /** Called when a target is taken. */
  onTake: (target: string, open: NonNullable<TargetRow['open']>) => void;
}

export const newRows = (): Rows => ({
  items: new Map(),
  index: new Map(),
  targets: new Map(),
  bytes: new Map(),
  budgets: new Map(),
  open: new Map(),
  seen: new Map(),
  lookups: new Map(),
  onWrite: () => {},
  onTake: () => {},
});

/** The store as one process sees it: slow, failing, losing answers; its index lags. */
export function memoryStore(world: Scheduler, rows: Rows, proc: Proc): Store {
  const ask = <T>(operation: string, apply: () => T, item?: RequestItem): Promise<T> =>
    world.call<T>(proc, {
      port: 'store',
      what: item ? `${operation} ${item.id}` : operation,
      ...(item && { item }),
      apply,
      failure: (what) => Promise.reject(new StoreError(operation, new Error(what))),
      latencyMs: 60,
    });
  const askAbout = <T>(operation: string, item: RequestItem, apply: () => T): Promise<T> =>
    ask(operation, apply, item);
  const commit = (item: RequestItem): void => {
    const before = rows.items.get(item.id);
    rows.items.set(item.id, item);
    rows.onWrite(before, item);
    const { id } = item;
    const lag = world.chance(0.05) ? world.between(10_000, 120_000) : world.between(0, 3_000);
    world.at(world.now + (world.chaos === CALM ? 0 : lag), () => {
      // The index follows the item late, and then shows what it is by then.
      const dueAt = rows.items.get(id)?.dueAt;
      if (dueAt === undefined) rows.index.delete(id);
      else rows.index.set(id, dueAt);
    });
  };
  const requests: RequestStore = {
    put: (item) =>
      ask('put', () => {
        if (rows.items.has(item.id)) return false;
        commit(item);
        return true;
      }),
    get: (id) => ask('get', () => rows.items.get(id)),
    write: (read, next) =>
      askAbout('write', next, () => {
        const now = rows.items.get(read.id);
        if (!now) return false;
        if (now.version !== read.version) return false;
        const work = { ...now.work };
        for (const [key, lease] of Object.entries(next.work)) {
          const before = read.work[key];
          if (lease === before) continue;
          const stored = now.work[key];
          if (before ? stored?.fence !== before.fence : stored !== undefined) return false;
          if (before && lease.fence !== before.fence && stored?.until !== before.until) return false;
          work[key] = lease;
        }
        commit({ ...next, work, notifier: now.notifier, ...(now.rung && { rung: now.rung }) });
        return true;
      }),
    heartbeat: ({ id, key, owner, fence, until, progress }) =>
      ask(`heartbeat ${id}/${key}`, () => {
        const now = rows.items.get(id);
        if (!now) return false;
        const lease = now.work[key];
        if (lease?.owner !== owner || lease.fence !== fence) return false;
        commit({ ...now, work: { ...now.work, [key]: { ...lease, until, ...(progress && { progress }) } } });
        return true;
      }),
    takeLook: (read, look) =>
      ask('take look', () => {
        const now = rows.items.get(read.id);
        if (!now) return false;
        const lease = read.work[SCAN];
        if (now.version !== read.version || now.work[SCAN]?.fence !== lease?.fence) return false;
        commit({ ...now, work: { ...now.work, [SCAN]: { ...look, fence: (lease?.fence ?? 0) + 1 } } });
        return true;
      }),
    writeNotifier: (read, next) =>
      askAbout('write notifier', { ...read, notifier: next }, () => {
        const now = rows.items.get(read.id);
        if (!now) return false;
        if (now.notifier.rev !== read.notifier.rev) return false;
        commit({ ...now, notifier: { ...next, rev: read.notifier.rev + 1 } });
        return true;
      }),
    park: (read, { dueAt, rung, notifier }) =>
      askAbout('park', { ...read, notifier: notifier ?? read.notifier }, () => {
        const now = rows.items.get(read.id);
        if (!now) return false;
        if (now.version !== read.version || now.notifier.rev !== read.notifier.rev) return false;
        const { dueAt: _, ...rest } = now;
        commit({
          ...rest,
          ...(dueAt !== undefined && { dueAt }),
          ...(rung && { rung }),
          ...(notifier && { notifier: { ...notifier, rev: read.notifier.rev + 1 } }),
        });
        return true;
      }),
    findDue: (now, limit) =>
      ask('find due', () =>
        [...rows.index]
          .filter(([, dueAt]) => dueAt <= now)
          .sort((a, b) => a[1] - b[1])
          .slice(0, limit)
          .map(([id]) => id),
      ),
  };
  const textOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;
  const keyOf = (target: Parameters<Store['targets']['get']>[0]): string => textOf(targetKey(target));
  const setCurrent: Store['targets']['setCurrent'] = (target, value) =>
    ask('set current', () => {
      const row = rows.targets.get(keyOf(target));
      if (row?.current && row.current.copiedAt > value.copiedAt) return;
      rows.targets.set(keyOf(target), { ...row, version: (row?.version ?? 0) + 1, current: value });
    });
  return {
    requests,
    targets: {
      get: (target) => ask('get target', () => rows.targets.get(keyOf(target))),
      newest: ({ account, region, repository }) =>
        ask('get newest tag', () => {
          const prefix = textOf(targetKey({ account, region, repository, tag: '' }));
          const list = [...rows.targets].flatMap(([key, { current }]) =>
            current && key.startsWith(prefix) ? [{ tag: key.slice(prefix.length), current }] : [],
          );
          return list.sort((a, b) => b.current.copiedAt - a.current.copiedAt)[0];
        }),
      take: (target, readVersion, open) =>
        ask('take target', () => {
          const row = rows.targets.get(keyOf(target));
          if ((row?.version ?? 0) !== readVersion) return false;
          rows.targets.set(keyOf(target), { ...row, version: readVersion + 1, open });
          rows.onTake(keyOf(target), open);
          return true;
        }),
      setCurrent,
      setAlso: setCurrent,
    },
    bytes: {
      get: (digest: Digest) => ask('get bytes', () => rows.bytes.get(digest)),
      put: (digest, row) => ask('put bytes', () => void rows.bytes.set(digest, row)),
    },
    findings: { put: () => ask('put findings', () => {}), get: () => ask('get findings', () => undefined) },
    budgets: {
      get: (host, account) =>
        ask('get pull budget', () => rows.budgets.get(textOf(budgetKey(host, account)))),
      put: (host, account, budget) =>
        ask('put pull budget', () => {
          const key = textOf(budgetKey(host, account));
          if ((rows.budgets.get(key)?.seenAt ?? 0) < budget.seenAt) rows.budgets.set(key, budget);
        }),
    },
    seen: {
      note: ({ at, digest, request, source }) =>
        ask('note sighting', () => {
          const first = (key: string) => {
            const known = rows.seen.get(key) ?? { at, request };
            rows.seen.set(key, known);
            return known;
          };
          const repository = first(textOf(seenKey(source)));
          return {
            firstRequest: repository.request,
            digestSince: first(textOf(seenDigestKey(source, digest))).at,
          };
        }),
      digests: () => ask('list sightings', () => []),
    },
    // No story here has a schedule.
    schedules: {
      get: () => ask('get schedule', () => undefined),
      write: () => ask('write schedule', () => true),
    },
    tracked: {
      get: () => ask('get tracked', () => undefined),
      begin: () => ask('begin tracking', () => true),
      put: () => ask('put tracked', () => {}),
      setTold: () => ask('note what was told', () => {}),
      list: () => ask('list tracked', () => []),
    },
    quotas: {
      openPlaces: ({ of, workspace }) =>
        ask(
          'get open places',
          () => rows.open.get(textOf(openKey(workspace, of))) ?? { version: 0, requests: [] },
        ),
      takeOpen: ({ of, workspace }, { requests, version }) =>
        ask('take open place', () => {
          const key = textOf(openKey(workspace, of));
          if ((rows.open.get(key)?.version ?? 0) !== version) return false;
          rows.open.set(key, { version: version + 1, requests });
          return true;
        }),
      takeLookups: ({ workspace, user, hourStart, request, images, max }) =>
        ask('take lookups', () => {
          const key = textOf(quotaKey(workspace, user, hourStart));
          const counted = rows.lookups.get(key);
          const wanted = Array.from({ length: images }, (_, n) => `${request}/${n + 1}`);
          const again = counted?.has(`${request}/1`) === true;
          if (counted && !again && counted.size > max - images) return false;
          rows.lookups.set(key, new Set([...(counted ?? []), ...wanted]));
          return true;
        }),
    },
  };
}
