import type { RequestEvent } from './event.ts';
import type { Entry, Image, ImageId } from './image.ts';
import type { NotifierState } from './notifier-state.ts';
import type { ScheduledRun } from './scheduling.ts';
import type { Watcher } from './watching.ts';

/** The version of the item's shape; readers take this one and the one before, and leave newer ones alone. */
export const ITEM_VERSION = 1;

export type RequestState = 'resolving' | 'pending' | 'running' | 'finished' | 'refused';

export interface Progress {
  readonly stage: 'blobs' | 'manifests' | 'tag';
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** Who works on something until when. `owner` is empty after it was given back; `fence` only grows. */
export interface Lease {
  readonly owner: string;
  readonly fence: number;
  readonly until: number;
  readonly attempt?: number;
  readonly progress?: Progress;
}

/** One /mirror, or one run of a schedule, with its images: one DynamoDB item. */
export interface RequestItem {
  readonly v: number;
  readonly id: string;
  /** Full hash of what triggered it: a replayed trigger finds its own request. */
  readonly hash: string;
  readonly workspace: string;
  readonly version: number;
  readonly state: RequestState;
  readonly createdAt: number;
  /** When it last changed. */
  readonly lastAt: number;
  /** Who asked. Absent = nobody did: the run of a schedule put it, and `schedule` says which. */
  readonly requester?: string;
  readonly schedule?: ScheduledRun;
  /** Where the command was typed; of a run the channel of its schedule. */
  readonly channel: string;
  readonly team: string;
  readonly reason?: string;
  /** Of a list that is too long for one request: which part this is. */
  readonly part?: { readonly nth: number; readonly of: number };
  /** Only looked up: told to the requester, offered to nobody. */
  readonly dryRun?: true;
  readonly entries: Readonly<Record<ImageId, Entry>>;
  readonly images: Readonly<Record<ImageId, Image>>;
  readonly events: readonly RequestEvent[];
  /** In the order in which they joined; nobody leaves. */
  readonly watchers?: readonly Watcher[];
  /** Leases by image id, and `resolve` and `scan`. */
  readonly work: Readonly<Record<string, Lease>>;
  readonly notifier: NotifierState;
  /** When somebody has to look at it again; absent when all is done and said. */
  readonly dueAt?: number;
  /** The tick's last work doorbell for a version, for its back-off. */
  readonly rung?: { readonly version: number; readonly at: number; readonly n: number };
}

export const RESOLVE = 'resolve';
export const SCAN = 'scan';

export const imagesOf = (item: RequestItem): readonly (readonly [ImageId, Image])[] =>
  Object.entries(item.images);
export const isSingle = (item: RequestItem): boolean => Object.keys(item.entries).length === 1;

/** Empties a lease, if there is one: its holder's next heartbeat fails. The fence stays, so that the next one is higher. */
export function releaseLease(item: RequestItem, key: string): RequestItem {
  const lease = item.work[key];
  return lease ? { ...item, work: { ...item.work, [key]: { ...lease, owner: '', until: 0 } } } : item;
}
