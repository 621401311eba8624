import type { Digest } from '../oci/digest.ts';
import type { EcrRepositoryName } from '../oci/ecr-repository-name.ts';
import type { Reference } from '../oci/reference.ts';
import type { Approval, Release, Review } from './approval.ts';
import type { Before, MovedTagFacts } from './changes.ts';
import type { CopyResult, PushResult } from './copy-result.ts';
import type { Failure } from './failure.ts';
import type { FindingsSummary } from './findings.ts';
import type { Flag } from './flags.ts';
import type { GateVerdict } from './gate.ts';
import type { ImageFacts, PinnedReferrers, PlanFacts } from './image-facts.ts';
import type { RecordedRule } from './recorded-rule.ts';
import type { Reminder } from './reminding.ts';

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

const ends: ReadonlySet<string> = new Set(END_STATES);
export const isEnd = (state: ImageState): boolean => ends.has(state);
/** Undecided and not expired, also where the tick has not yet been by. */
export const waitsForPeople = (image: Image, now: number): boolean =>
  (image.state === 'ready' || image.state === 'held') && (image.expiresAt ?? Number.POSITIVE_INFINITY) > now;
export const isSettled = (image: Image): boolean => isEnd(image.state) && image.scan !== 'waiting';
/** Its findings are waited for: after the tag, or before it where the rule has a gate. */
export const isScanAwaited = ({ scan, state }: Image): boolean => scan === 'waiting' || state === 'pushed';
