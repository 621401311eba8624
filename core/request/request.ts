import type { Digest } from '../oci/digest.ts';
import type { EcrRepositoryName } from '../oci/ecr-repository-name.ts';
import type { Platform } from '../oci/platform.ts';
import type { Referrer, ReferrerCounts } from '../oci/referrer.ts';
import type { Reference } from '../oci/reference.ts';
import type { Before, FindingsChange, MovedTagFacts } from './changes.ts';
import type { RequestEvent } from './event.ts';
import type { Failure } from './failure.ts';
import type { GateVerdict, RecordedGate } from './gate.ts';
import type { Severity } from './findings.ts';
import type { ScheduledRun } from './scheduling.ts';
import type { Watcher } from './watching.ts';

/** The version of the item's shape; readers take this one and the one before, and leave newer ones alone. */
export const ITEM_VERSION = 1;

export type RequestState = 'resolving' | 'pending' | 'running' | 'finished' | 'refused';

/** Ends: nothing will happen to the image any more, but for a retry of `failed`. */
export const END_STATES = [
  'refused',
  'unchanged',
  'rejected',
  'expired',
  'cancelled',
  'left',
  'copied',
  'failed',
] as const;
export type EndState = (typeof END_STATES)[number];
/** ready = offered · queued = approved · pushed = all bytes in ECR, tag not yet put · held = the scan gate said no. */
export type ImageState = 'ready' | 'queued' | 'copying' | 'pushed' | 'held' | EndState;

/** `1` to `25`: the place of an image in its request. */
export type ImageId = string;

/** Where an image will stand: a destination (account, region) and repository and tag. */
export interface Target {
  /** Name of the destination in the configuration. */
  readonly destination: string;
  readonly account: string;
  readonly region: string;
  readonly repository: EcrRepositoryName;
  readonly tag: string;
  /** It is not the configuration's first destination, and was asked for by its name. */
  readonly named?: true;
}

/** One source -> target pair as asked for. */
export interface Entry {
  readonly source: Reference;
  readonly target: Target;
  /** `linux/amd64`, …: only these of the image. Absent is all of it. */
  readonly platforms?: readonly string[];
}

export interface PlatformFacts {
  readonly platform: Platform;
  /** The child manifest's digest; findings are asked for by it. */
  readonly digest: Digest;
  /** Compressed size of its blobs. */
  readonly sizeBytes: number;
}

/** What the source is, read once at resolve. */
export interface ImageFacts {
  readonly mediaType: string;
  readonly platforms: readonly PlatformFacts[];
  readonly attestations: number;
  /** Compressed size of every blob, each once. */
  readonly sizeBytes: number;
  /** `created` of the first platform's configuration, epoch ms. */
  readonly createdAt?: number;
}

/** What speaks of the image (signatures, attestations, SBOMs), pinned at resolve: the copy takes exactly these. */
export interface PinnedReferrers {
  /** In the order in which they are copied; absent where they are too many for the item. */
  readonly list?: readonly Referrer[];
  /** Too many: the digest of their list, which is kept as a row of its own. */
  readonly listDigest?: Digest;
  readonly counts: ReferrerCounts;
  /** Compressed size of all their blobs and manifests. */
  readonly sizeBytes: number;
  /** They could not all be listed, and why: some may exist that are not copied. */
  readonly unknown?: string;
}

/** What became of the pinned referrers. */
export interface ReferrersResult {
  readonly copied: ReferrerCounts;
  readonly refused: number;
  /** Why the first of those was refused. */
  readonly why?: string;
  /** Not pinned, so not copied: they came after the look-up. */
  readonly newer: number;
}

/** What the copy will do, as far as can be told before it. */
export interface PlanFacts {
  readonly missingBytes: number;
  readonly presentBytes: number;
  readonly missingBlobs: number;
  readonly createsRepository: boolean;
  /** What the repository gets when it is created. */
  readonly settings?: {
    readonly tagMutability: string;
    readonly scanOnPush: boolean;
    readonly encryption?: string;
  };
  /** The source registry's pull limit as its last answer told it, where it has one. */
  readonly pulls?: { readonly cost: number; readonly limit?: number; readonly remaining?: number };
}

/** Members and user groups of Slack, by their ids. */
export interface People {
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
}

/** The rule that applied when the image was offered; the worker checks approvals against it again. */
export interface RecordedRule {
  readonly name: string;
  /** What of the image the rule matched, in words: why these people are asked. */
  readonly matched?: string;
  readonly decision: 'auto' | 'approve';
  readonly approvals: number;
  readonly selfApproval: boolean;
  readonly approvers: People;
  /** Asked as well, and may decide too, once the image's escalation was said. */
  readonly escalateTo?: People;
  /** Who may let it in alone, with a reason, and owes a review for it. */
  readonly breakGlass?: People;
  /** Who may decide by `mirror decide`: which AWS identity is which member. */
  readonly byCommand?: readonly { readonly arn: string; readonly user: string }[];
  /** It lets in by itself, and asked people this time: until when the digest is too new, or that it is no patch. */
  readonly notAuto?: { readonly why: 'young'; readonly until: number } | { readonly why: 'no patch' };
  /** The rule whose credentials read the source, where it is another one. */
  readonly readAs?: string;
  /** Absent = the scan holds nothing back. */
  readonly gate?: RecordedGate;
  /** Which configuration said so: the first 12 hex digits of its hash. */
  readonly configHash: string;
}

export interface Approval {
  readonly by: string;
  readonly at: number;
  /** The user group that entitled the person, and what Slack said of its last change. */
  readonly group?: { readonly id: string; readonly changedAt?: number; readonly changedBy?: string };
  /** The glass was broken: this one lets the image in alone. */
  readonly glass?: true;
  /** By `mirror decide`: the AWS identity that said so. */
  readonly arn?: string;
}

/** Why somebody is reminded of an image. */
export type ReminderKind = 'morning' | 'reminder' | 'escalation' | 'review';

/** One instant at which people are reminded of an image, known from the start and said once. */
export interface Reminder {
  readonly as: ReminderKind;
  /** Epoch ms; never in quiet hours. */
  readonly at: number;
  /** When it was said. */
  readonly saidAt?: number;
}

/** Somebody broke the glass: a second person owes the image a look. */
export interface Review {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
  readonly confirmed?: { readonly by: string; readonly at: number };
}

/** What an approver should stop at. */
export type Flag = 'moving tag' | 'new source' | 'very large' | 'very old' | 'not official' | 'unknown age';

/** Somebody let in what the scan gate held, and why. */
export type Release = Pick<Approval, 'by' | 'at' | 'group'> & { readonly reason: string };

/** What a copy did before the scan gate was asked: all bytes are in ECR, and no tag. */
export type PushResult = Omit<CopyResult, 'copiedAt' | 'tagMovedTo'> & { readonly pushedAt: number };

export interface CopyResult {
  readonly copiedAt: number;
  readonly tookMs: number;
  readonly copiedBytes: number;
  readonly presentBytes: number;
  readonly pulls: number;
  readonly attestations: number;
  readonly createdRepository: boolean;
  /** Settings of a repository that was there, where they are not the configured ones: told, never changed. */
  readonly drift?: readonly { readonly setting: string; readonly wanted: string; readonly found: string }[];
  /** What the source's tag meant when the copy was done, where that is no longer what was approved. */
  readonly tagMovedTo?: Digest;
  /** Absent where the tag was there already. */
  readonly referrers?: ReferrersResult;
}

/** The part of the findings that the item itself holds; the full list is a row beside it. */
export interface FindingsSummary {
  readonly completedAt?: number;
  readonly counts: Readonly<Partial<Record<Severity, number>>>;
  readonly top: readonly {
    readonly id: string;
    readonly severity: Severity;
    readonly package?: string;
    readonly version?: string;
    readonly fixedIn?: string;
  }[];
  readonly total: number;
  /** `linux/amd64`, ... : what was scanned. */
  readonly platforms: readonly string[];
  /** The counts of each platform, where they are not all the same. */
  readonly byPlatform?: readonly {
    readonly platform: string;
    readonly counts: Readonly<Partial<Record<Severity, number>>>;
  }[];
  /** Against the image before, where both were scanned. */
  readonly change?: FindingsChange;
  /** Platforms without findings of their own, with the reason in words. */
  readonly missing: readonly { readonly platform: string; readonly why: string }[];
}

export type ScanState = 'none' | 'waiting' | 'found' | 'unavailable';

export interface Image extends Entry {
  readonly state: ImageState;
  readonly moved?: MovedTagFacts;
  /** Whether schedules look at it from now on, and which; absent in items of before. */
  readonly tracking?: { readonly on: boolean; readonly schedules: readonly string[] };
  /** With a tag that moves each digest gets one that stays, put before it: `1.21-alpine-8f33c7a2d901`. */
  readonly alsoTag?: string;
  /** What the source reference means; pinned at resolve. */
  readonly sourceDigest?: Digest;
  /** What will stand in ECR: the same, or one platform's manifest, or a new index of the chosen ones. */
  readonly targetDigest?: Digest;
  readonly referrers?: PinnedReferrers;
  readonly facts?: ImageFacts;
  readonly plan?: PlanFacts;
  readonly rule?: RecordedRule;
  readonly approvals: readonly Approval[];
  readonly expiresAt?: number;
  /** In the order of their instants. */
  readonly reminders?: readonly Reminder[];
  readonly review?: Review;
  readonly flags?: readonly Flag[];
  readonly before?: Before;
  /** `linux/amd64`, ...: what the team's machines run, where the configuration says so. */
  readonly teamPlatforms?: readonly string[];
  /** When it came into this state. */
  readonly since: number;
  readonly attempt: number;
  /** Not to be claimed before; 0 = at once. */
  readonly notBefore: number;
  /** Set when the worker gave the image back without a failure: the next claim is no new attempt. */
  readonly yielded?: boolean;
  /** When the tag was last begun to be put; never cleared: a tag that then holds the digest is ours. */
  readonly taggingAt?: number;
  readonly scan: ScanState;
  /** Since when findings are waited for. */
  readonly scanFrom?: number;
  readonly findings?: FindingsSummary;
  /** Why findings are unavailable. */
  readonly scanNote?: string;
  /** Why it ended so, or what it waits for. */
  readonly failure?: Failure;
  /** Where it stands in ECR, without the tag, as soon as that is known. */
  readonly repositoryUri?: string;
  /** `unchanged` only: what is on record about the tag that already stands there. */
  readonly record?: { readonly request: string; readonly copiedAt: number };
  /** Of an image with a gate: what was done before it was asked. */
  readonly pushed?: PushResult;
  /** What the gate said, and when. Without a gate in the rule there is none. */
  readonly gate?: GateVerdict & { readonly at: number };
  readonly released?: Release;
  readonly result?: CopyResult;
}

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

/** How far the request's story is told. Written by the notifier alone, on condition of `rev`. */
export interface NotifierState {
  readonly rev: number;
  readonly cursor: { readonly event: number; readonly delivery: number };
  /** A post or edit that was begun; until its deadline and the grace are over nobody else posts. */
  readonly tried?: Tried;
  readonly card?: { readonly channel: string; readonly ts: string };
  /** Hash of the facts the card shows; absent while an edit is in doubt. */
  readonly shown?: string;
  readonly editedAt?: number;
  /** The progress the card shows, in bytes. */
  readonly shownBytes?: number;
  readonly notBefore?: number;
  /** A line that could not be said anywhere, and why: the request goes on without it. */
  readonly unsaid?: readonly { readonly key: string; readonly why: string }[];
  /** Lines that were said again after doubt: Slack may yet apply the first post, and then one of the two goes. */
  readonly doubled?: readonly Doubled[];
  /** How many cards were lost (deleted, channel archived) while people had to decide: each is posted anew. */
  readonly lost?: number;
}
export interface Doubled {
  readonly key: string;
  /** Where the first post went. */
  readonly channel: string;
  readonly threadTs?: string;
  /** Nothing older can be it, epoch ms. */
  readonly since: number;
  /** Of the one that was said for sure. */
  readonly ts: string;
  /** That one stands in another place. */
  readonly elsewhere?: true;
  /** Looks that were made, and when the next one is due. */
  readonly look: number;
  readonly at: number;
}
export interface Tried {
  readonly key: string;
  readonly token: string;
  readonly deadline: number;
  /** Where it was posted: looked up there before it is posted again. */
  readonly channel: string;
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

const ends: ReadonlySet<string> = new Set(END_STATES);
export const isEnd = (state: ImageState): boolean => ends.has(state);
/** Undecided and not expired, also where the tick has not yet been by. */
export const waitsForPeople = (image: Image, now: number): boolean =>
  (image.state === 'ready' || image.state === 'held') && (image.expiresAt ?? Number.POSITIVE_INFINITY) > now;
export const isSettled = (image: Image): boolean => isEnd(image.state) && image.scan !== 'waiting';
/** Its findings are waited for: after the tag, or before it where the rule has a gate. */
export const isScanAwaited = ({ scan, state }: Image): boolean => scan === 'waiting' || state === 'pushed';
export const imagesOf = (item: RequestItem): readonly (readonly [ImageId, Image])[] =>
  Object.entries(item.images);
export const isSingle = (item: RequestItem): boolean => Object.keys(item.entries).length === 1;

/** Empties a lease, if there is one: its holder's next heartbeat fails. The fence stays, so that the next one is higher. */
export function releaseLease(item: RequestItem, key: string): RequestItem {
  const lease = item.work[key];
  return lease ? { ...item, work: { ...item.work, [key]: { ...lease, owner: '', until: 0 } } } : item;
}
