import type { Reference } from '../oci/reference.ts';

/**
 * The one table, as data: keys, indexes, and how each row is named. Read by the store, by the stand-ins that create it,
 * and by the infrastructure. Changing anything here means moving every stored row.
 */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds; only rows that can be made again carry it. */
  timeToLive: 'ttl',
  indexes: {
    /** Requests somebody has to look at, by when. Keys only: it is for finding, the item is for deciding. */
    open: {
      name: 'open',
      partitionKey: 'openBucket',
      sortKey: 'dueAt',
      sortKeyType: 'N',
      projection: 'KEYS_ONLY',
    },
    /** A person's requests, by age. */
    requester: {
      name: 'requester',
      partitionKey: 'requesterKey',
      sortKey: 'createdAt',
      sortKeyType: 'N',
      projection: 'KEYS_ONLY',
    },
  },
} as const;

/** Open requests are spread over this many partitions of the index. */
export const OPEN_BUCKETS = ['0', '1', '2', '3'] as const;
export type OpenBucket = (typeof OPEN_BUCKETS)[number];

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const requestKey = (id: string): Key => ({ pk: `REQUEST#${id}`, sk: 'REQUEST' });
export const requestIdOf = (pk: string): string => pk.slice('REQUEST#'.length);
/** Manifest bytes by digest: fetched once at resolve, never pulled again. */
export const bytesKey = (digest: string): Key => ({ pk: `BYTES#${digest}`, sk: 'BYTES' });
/** Full findings of one platform of one image. */
export const scanKey = (id: string, digest: string): Key => ({ pk: `REQUEST#${id}`, sk: `SCAN#${digest}` });
/** An ECR repository, by where it is. */
export interface Repository {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
}
export const targetPartition = ({ account, region, repository }: Repository): string =>
  `TARGET#${account}/${region}/${repository}`;
export const targetKey = (target: Repository & { readonly tag: string }): Key => ({
  pk: targetPartition(target),
  sk: `TAG#${target.tag}`,
});
export const historyKey = (
  target: Repository & { readonly tag: string },
  at: number,
  request: string,
): Key => ({
  pk: targetPartition(target),
  sk: `HISTORY#${target.tag}#${new Date(at).toISOString()}#${request}`,
});
/** What a source registry last said of its pull limit to this account, or to nobody's. */
export const budgetKey = (host: string, account: string): Key => ({
  pk: `UPSTREAM#${host}`,
  sk: `BUDGET#${account}`,
});
/** What one person had looked up in one hour, which begins at this epoch ms. */
export const quotaKey = (workspace: string, user: string, hourStart: number): Key => ({
  pk: `QUOTA#${workspace}#${user}`,
  sk: `HOUR#${new Date(hourStart).toISOString().slice(0, 13)}`,
});
/** Who has lately looked at the app's Home tab. */
export const homePartition = (workspace: string): string => `HOME#${workspace}`;
export const homeKey = (workspace: string, user: string): Key => ({ pk: homePartition(workspace), sk: user });
/** The open requests of one person or channel. */
export const openKey = (workspace: string, of: string): Key => ({
  pk: `QUOTA#${workspace}#${of}`,
  sk: 'OPEN',
});
/** Who asked for a source repository first; and since when a digest is known under a tag of it. */
export const seenKey = ({ registry, repository }: Pick<Reference, 'registry' | 'repository'>): Key => ({
  pk: `SOURCE#${registry}/${repository}`,
  sk: 'SEEN',
});
export const seenDigestKey = (source: Reference, digest: string): Key => ({
  pk: seenKey(source).pk,
  sk: `TAG#${source.tag ?? ''}#${digest}`,
});
/** What is remembered of a schedule of the configuration. */
export const scheduleKey = (name: string): Key => ({ pk: `SCHEDULE#${name}`, sk: 'SCHEDULE' });
/** Images that schedules look at, all of one registry together, by repository and tag. */
export const trackedPartition = ({ account, region }: Omit<Repository, 'repository'>): string =>
  `TRACKED#${account}/${region}`;
export const trackedKey = (target: Repository & { readonly tag: string }): Key => ({
  pk: trackedPartition(target),
  sk: `${target.repository}:${target.tag}`,
});
/** How the bot stands in Slack, as it found last. */
export const botHealthKey: Key = { pk: 'HEALTH#bot', sk: 'HEALTH' };
export const requesterKey = (workspace: string, user: string): string => `${workspace}#${user}`;
/** Runs of a schedule stand in the same index as people's requests; no member id looks like this. */
export const scheduleAsker = (name: string): string => `schedule/${name}`;

/** FNV-1a over the id: which partition of the open index a request is in, for ever. */
export function openBucket(id: string): OpenBucket {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return OPEN_BUCKETS[hash % OPEN_BUCKETS.length] ?? '0';
}
