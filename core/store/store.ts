import type { Digest } from '../oci/digest.ts';
import type { Reference } from '../oci/reference.ts';
import type { ScheduleStore } from './schedules.ts';
import type { TrackedStore } from './tracked.ts';
import type { ImageId, Target } from '../request/image.ts';
import type { NotifierState } from '../request/notifier-state.ts';
import type { Lease, Progress, RequestItem } from '../request/request.ts';

/** A call to the store that may or may not have been applied. */
export class StoreError extends Error {
  readonly code = 'store';
  constructor(operation: string, cause: unknown) {
    super(`${operation}: ${cause instanceof Error ? `${cause.name} ${cause.message}` : String(cause)}`, {
      cause,
    });
    this.name = 'StoreError';
  }
}

/**
 * Requests, one item each. Every write is one conditional update; `false` or undefined = the condition did not hold,
 * read again. Throws StoreError where the answer is not known.
 */
export interface RequestStore {
  /** False when a request with this id is there already. */
  put(item: RequestItem): Promise<boolean>;
  /** Consistent read. Undefined when missing, or of a version of the shape that this process does not know. */
  get(id: string): Promise<RequestItem | undefined>;
  /**
   * A decided change, on condition that the version is still the one read (and, where a lease is taken over, that the
   * lease is still the one read). Never touches the notifier's part, nor leases that did not change.
   */
  write(read: RequestItem, next: RequestItem): Promise<boolean>;
  /** Lease until a later time, with progress; leaves the version alone. False when the lease or the state is gone. */
  heartbeat(beat: Heartbeat): Promise<boolean>;
  /** Takes the right to look at the scans until `until`; false when another look is under way or was just done. */
  takeLook(read: RequestItem, look: Pick<Lease, 'owner' | 'until'>): Promise<boolean>;
  /** The notifier's part, on condition of the `rev` read; with `dueAt` also of the version read. */
  writeNotifier(read: RequestItem, next: NotifierState): Promise<boolean>;
  /** Moves dueAt later or takes the request off the open index, on condition of version and notifier as read. */
  park(read: RequestItem, due: Park): Promise<boolean>;
  /** Requests whose dueAt is past, oldest first, from all partitions of the index; may lag. */
  findDue(now: number, limit: number): Promise<readonly string[]>;
}

export interface Heartbeat {
  readonly id: string;
  /** `resolve`, or an image's id. */
  readonly key: string;
  readonly owner: string;
  readonly fence: number;
  readonly until: number;
  readonly progress?: Progress;
}
export interface Park {
  readonly dueAt: number | undefined;
  readonly rung?: RequestItem['rung'];
  readonly notifier?: NotifierState;
}

/** What stands under a tag by our own doing, and who is about to write it. */
export interface TargetRow {
  readonly version: number;
  readonly current?: {
    /** The tag that really holds it, where it is not the row's own: a suffix tag. */
    readonly tag?: string;
    readonly sourceDigest: Digest;
    readonly targetDigest: Digest;
    readonly request: string;
    readonly copiedAt: number;
  };
  /** True only while that image is unsettled: nobody gives it back, readers look at the owner. */
  readonly open?: {
    readonly request: string;
    readonly image: ImageId;
    /** What will stand there. */
    readonly digest: Digest;
    /** What the source meant, where that is another one (chosen platforms). */
    readonly sourceDigest?: Digest;
  };
}

export interface NewestTag {
  readonly tag: string;
  readonly current: NonNullable<TargetRow['current']>;
}

export interface TargetStore {
  get(target: Target): Promise<TargetRow | undefined>;
  /** Takes the target for an image, on condition of the row's version read (0 = absent). */
  take(target: Target, readVersion: number, open: NonNullable<TargetRow['open']>): Promise<boolean>;
  /** What we put last into the repository, whatever the tag. May lag. */
  newest(repository: Omit<Target, 'tag' | 'destination'>): Promise<NewestTag | undefined>;
  /** Records what stands there now, with a history row beside it; safe to repeat. */
  setCurrent(target: Target, current: NonNullable<TargetRow['current']>): Promise<void>;
  /** The same for a second tag of one copy, without a line of history of its own. */
  setAlso(target: Target, current: NonNullable<TargetRow['current']>): Promise<void>;
}

/** Who asked for a source first, and since when a digest is known under its tag. */
export interface SeenStore {
  /** Notes it where nobody has before; what was noted first stands. Safe to repeat. */
  note(sighting: Sighting): Promise<Seen>;
  /** The digests that were seen under the source's tag, in the order of their hex digits; one page, some thousands. */
  digests(source: Reference): Promise<readonly { readonly digest: Digest; readonly since: number }[]>;
}
export interface Sighting {
  readonly source: Reference;
  readonly digest: Digest;
  readonly request: string;
  /** Epoch ms. */
  readonly at: number;
}
export interface Seen {
  /** The first request for the source's repository, whatever its tag. */
  readonly firstRequest: string;
  /** Since when this digest is known under this tag, epoch ms. */
  readonly digestSince: number;
}

/** Manifest bytes kept from resolve to copy. */
export interface BytesStore {
  get(digest: Digest): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string } | undefined>;
  put(digest: Digest, row: { readonly bytes: Uint8Array; readonly mediaType: string }): Promise<void>;
}

/** Full findings, too large for the item. */
export interface FindingsStore {
  put(request: string, digest: Digest, findings: unknown): Promise<void>;
  get(request: string, digest: Digest): Promise<unknown>;
}

/** A registry's pull limit as one of its answers told it. */
export interface PullBudget {
  readonly limit?: number;
  readonly remaining?: number;
  readonly windowSeconds?: number;
  /** Epoch ms. */
  readonly seenAt: number;
}

/** Shared by all workers, best effort: the newest answer that any of them had, until its window is over. */
export interface PullBudgetStore {
  /** `account`: a user name, or `anonymous`. May lag. */
  get(host: string, account: string): Promise<PullBudget | undefined>;
  /** An older one than what is there changes nothing. */
  put(host: string, account: string, budget: PullBudget): Promise<void>;
}

export interface Lookups {
  readonly workspace: string;
  readonly user: string;
  /** Epoch ms of a full hour. */
  readonly hourStart: number;
  readonly request: string;
  /** At least 1. */
  readonly images: number;
  readonly max: number;
}

/** Whose open requests are counted: a person's in a workspace, or a channel's. */
export interface OpenScope {
  readonly workspace: string;
  /** A Slack id: `U...`, `W...`, `C...`, `G...` or `D...`. */
  readonly of: string;
}
/**
 * Requests that took a place. Nobody gives one back: a place is taken only while its request is open, and readers look at
 * the request, as they do for a target.
 */
export interface OpenPlaces {
  readonly version: number;
  readonly requests: readonly { readonly id: string; readonly at: number }[];
}

/** How much one person may ask for. */
export interface QuotaStore {
  /**
   * Counts a request's images for its person's hour; counted once however often it is called. False = they would be more
   * than `max`, and are not counted. The first request of an hour is always taken.
   */
  takeLookups(lookups: Lookups): Promise<boolean>;
  /** Takes one of the places for open requests, on condition of the row's version read (0 = absent). */
  takeOpen(scope: OpenScope, places: OpenPlaces): Promise<boolean>;
  openPlaces(scope: OpenScope): Promise<OpenPlaces>;
}

export interface Store {
  readonly requests: RequestStore;
  readonly targets: TargetStore;
  readonly bytes: BytesStore;
  readonly findings: FindingsStore;
  readonly budgets: PullBudgetStore;
  readonly quotas: QuotaStore;
  readonly seen: SeenStore;
  readonly schedules: ScheduleStore;
  readonly tracked: TrackedStore;
}
