import type { Digest } from '../oci/digest.ts';
import type { Approval } from './approval.ts';
import type { CopyResult, PushResult } from './copy-result.ts';
import type { EventBody } from './event.ts';
import type { Failure } from './failure.ts';
import type { FindingsSummary } from './findings.ts';
import type { GateVerdict } from './gate.ts';
import type { Image, ImageId } from './image.ts';
import type { Reminder } from './reminding.ts';
import type { RequestItem } from './request.ts';
import type { RunLook, RunNote } from './scheduling.ts';
import type { Timing } from './timing.ts';

/** What a worker found out about one entry at resolve. */
export type Outcome =
  | (Offered & { readonly kind: 'offer' })
  | { readonly kind: 'refused'; readonly failure: Failure }
  | (Partial<Offered> & Pick<Image, 'record' | 'repositoryUri'> & { readonly kind: 'unchanged' });
type Offered = Required<
  Pick<Image, 'sourceDigest' | 'targetDigest' | 'facts' | 'plan' | 'rule' | 'expiresAt'>
> &
  Pick<
    Image,
    'referrers' | 'reminders' | 'flags' | 'before' | 'teamPlatforms' | 'moved' | 'alsoTag' | 'tracking'
  > &
  /** Where it is another one than was asked for. */
  Partial<Pick<Image, 'target'>>;

/** Whose lease a worker's input stands on. */
interface Held {
  readonly owner: string;
  readonly fence: number;
}
interface OnImage {
  readonly image: ImageId;
}

/** Everything that can happen to a request. */
export type Input =
  | { readonly kind: 'claimResolve'; readonly owner: string }
  | (Held & { readonly kind: 'releaseResolve'; readonly notBefore: number; readonly failure: Failure })
  | (Held & {
      /** A run of a schedule knows what has changed. */
      readonly kind: 'looked';
      readonly entries: RequestItem['entries'];
      readonly look: RunLook;
      readonly notes: readonly RunNote[];
    })
  | (Held & { readonly kind: 'resolved'; readonly outcomes: Readonly<Record<ImageId, Outcome>> })
  | {
      readonly kind: 'approve';
      readonly by: string;
      /** The images this person may decide. */
      readonly images: readonly ImageId[];
      /** Where it is by a user group and not by name: which, for each image, since each has its own rule. */
      readonly groups?: Readonly<Record<ImageId, NonNullable<Approval['group']>>>;
      readonly configHash: string;
      /** By `mirror decide`. */
      readonly arn?: string;
      readonly reason?: string;
    }
  | {
      readonly kind: 'breakGlass';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly groups?: Readonly<Record<ImageId, NonNullable<Approval['group']>>>;
      readonly reason: string;
      readonly configHash: string;
      /** When the review it owes is asked for again. */
      readonly reviewAt: number;
    }
  | { readonly kind: 'confirmReview'; readonly by: string; readonly images: readonly ImageId[] }
  | {
      readonly kind: 'ask';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly question: string;
    }
  | { readonly kind: 'remind' }
  | {
      readonly kind: 'deny';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly reason?: string;
      readonly arn?: string;
    }
  | {
      /** Lets in what the scan gate held. */
      readonly kind: 'release';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly groups?: Readonly<Record<ImageId, NonNullable<Approval['group']>>>;
      readonly reason: string;
      readonly configHash: string;
    }
  | {
      /** Ends what the scan gate held, without a tag. */
      readonly kind: 'leave';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly reason?: string;
    }
  | { readonly kind: 'cancel'; readonly by: string; readonly reason?: string }
  | { readonly kind: 'expire' }
  | {
      readonly kind: 'delay';
      readonly code: string;
      readonly summary: string;
      /** A copy that stands still; absent = everything that waits for a worker. */
      readonly image?: ImageId;
    }
  | { readonly kind: 'retry'; readonly by: string }
  | (OnImage & {
      readonly kind: 'watch';
      readonly by: string;
      readonly request: string;
      /** What they asked for: another digest is nothing to wait for. */
      readonly digest: Digest;
    })
  | (OnImage & { readonly kind: 'claim'; readonly owner: string })
  | (OnImage & Held & { readonly kind: 'yield'; readonly progressed: boolean })
  | (OnImage & Held & { readonly kind: 'postpone'; readonly notBefore: number; readonly failure: Failure })
  | (OnImage & Held & { readonly kind: 'fail'; readonly failure: Failure })
  | (OnImage &
      Held & { readonly kind: 'pushed'; readonly result: PushResult; readonly repositoryUri: string })
  | (OnImage & Held & { readonly kind: 'tagging' })
  | (OnImage &
      Held & { readonly kind: 'copied'; readonly result: CopyResult; readonly repositoryUri: string })
  | { readonly kind: 'scanned'; readonly scans: Readonly<Record<ImageId, ScanOutcome>> };

export type InputKind = Input['kind'];
export type InputOf<K extends InputKind> = Extract<Input, { kind: K }>;

export type ScanOutcome =
  | (Judged & { readonly as: 'found'; readonly findings: FindingsSummary })
  | (Judged & { readonly as: 'unavailable'; readonly why: string });
interface Judged {
  /** What the gate of the image's rule says to it; only of an image that is `pushed`. */
  readonly verdict?: GateVerdict;
  /** Where it is held: when people are reminded of it. */
  readonly reminders?: readonly Reminder[];
}

/** Why an input changes nothing. */
export type Refusal =
  | 'not resolving'
  | 'leased'
  | 'lease lost'
  | 'not open'
  | 'nothing to decide'
  | 'too late'
  | 'not claimable'
  | 'nothing expired'
  | 'nothing to remind of'
  | 'nothing to review'
  | 'nothing failed'
  | 'nothing held'
  | 'nothing waits'
  | 'gate closed'
  | 'gate open'
  | 'too many events'
  | 'too large'
  | 'already watching'
  | 'too many watchers'
  | 'no scan waited for';

export interface Context {
  readonly now: number;
  readonly timing: Timing;
  /** Random; marks the events of this change. */
  readonly token: string;
}

/** One rule's answer, before settling, events and dueAt are worked in. */
export interface Step {
  readonly item: RequestItem;
  readonly events: readonly EventBody[];
}
export type StepResult = Step | { readonly refused: Refusal };

export const refuse = (refused: Refusal): StepResult => ({ refused });

export const withImage = (item: RequestItem, id: ImageId, image: Image): RequestItem => ({
  ...item,
  images: { ...item.images, [id]: image },
});
