import { createHash } from 'node:crypto';
import type { Digest } from '../oci/digest.ts';
import type { ImageId } from './image.ts';
import type { ReminderKind } from './reminding.ts';

/** Above this many events retries are refused; the ends of what runs always fit. */
export const MAX_EVENTS = 300;

/** What can be told of a request. The list in the item is outbox and audit in one and is never trimmed. */
export type EventBody =
  | { readonly type: 'offered'; readonly images: readonly ImageId[] }
  | { readonly type: 'refused'; readonly images: readonly ImageId[] }
  | { readonly type: 'unchanged'; readonly images: readonly ImageId[] }
  /** A dry run was looked up: what would happen is told, and nobody is asked. */
  | { readonly type: 'planned'; readonly images: readonly ImageId[] }
  | {
      /** The look-up, or the copy, waits for something; told once for each cause. */
      readonly type: 'delayed';
      readonly images: readonly ImageId[];
      readonly code: string;
      readonly summary: string;
      /** When it is tried again, where that is known. */
      readonly until?: number;
    }
  | {
      readonly type: 'approved';
      readonly by: string;
      readonly images: readonly ImageId[];
      /** What was approved, by digest, in the order of `images`. */
      readonly digests: readonly Digest[];
      readonly configHash: string;
      /** By `mirror decide`: the AWS identity, and what it said. */
      readonly arn?: string;
      readonly reason?: string;
    }
  | {
      /** Let in by one person alone; a review is owed. */
      readonly type: 'brokeGlass';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly digests: readonly Digest[];
      readonly configHash: string;
      readonly reason: string;
    }
  | { readonly type: 'reviewed'; readonly by: string; readonly images: readonly ImageId[] }
  | {
      readonly type: 'asked';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly question: string;
    }
  | { readonly type: 'reminded'; readonly as: ReminderKind; readonly images: readonly ImageId[] }
  | {
      readonly type: 'denied';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly reason?: string;
      readonly arn?: string;
    }
  | {
      readonly type: 'cancelled';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly offered: boolean;
      readonly reason?: string;
    }
  | { readonly type: 'expired'; readonly images: readonly ImageId[] }
  | {
      readonly type: 'copied';
      readonly images: readonly ImageId[];
      readonly digest: Digest;
      readonly as: 'copied' | 'unchanged';
      /** Its scan was looked at before: nothing more comes of this image. */
      readonly settled?: true;
    }
  | {
      /** All bytes are in ECR; the tag waits for the scan gate. */
      readonly type: 'pushed';
      readonly images: readonly ImageId[];
      readonly digest: Digest;
    }
  | { readonly type: 'held'; readonly images: readonly ImageId[] }
  | {
      readonly type: 'released';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly digests: readonly Digest[];
      readonly reason: string;
      readonly configHash: string;
    }
  | {
      readonly type: 'left';
      readonly by: string;
      readonly images: readonly ImageId[];
      readonly reason?: string;
    }
  | { readonly type: 'failed'; readonly images: readonly ImageId[]; readonly code: string }
  | {
      readonly type: 'scanned';
      readonly images: readonly ImageId[];
      readonly as: 'found' | 'unavailable';
      /** The scan gate let them through: they are tagged next. */
      readonly gate?: 'passed';
    }
  | { readonly type: 'retried'; readonly by: string; readonly images: readonly ImageId[] }
  /** A schedule has something to tell that is no image to decide about. */
  | { readonly type: 'noted' }
  | { readonly type: 'finished' };

export type EventType = EventBody['type'];

export type RequestEvent = EventBody & {
  /** Its place in the list, from 0. */
  readonly n: number;
  readonly at: number;
  /** Random, of the change that appended it: after a lost answer it tells the writer that the write was applied. */
  readonly token: string;
  /** Hash of the event before, so that a later edit of the story shows. */
  readonly prev: string;
};

/** Appends with number and chain. */
export function appendEvents(
  events: readonly RequestEvent[],
  bodies: readonly EventBody[],
  stamp: { readonly at: number; readonly token: string },
): readonly RequestEvent[] {
  const all = [...events];
  for (const body of bodies) all.push({ ...body, ...stamp, n: all.length, prev: hashEvent(all.at(-1)) });
  return all;
}

/** The number of the first event that does not follow from the one before it; undefined = the chain holds. */
export function brokenLink(events: readonly RequestEvent[]): number | undefined {
  const at = events.findIndex((event, n) => event.n !== n || event.prev !== hashEvent(events[n - 1]));
  return at < 0 ? undefined : at;
}

function hashEvent(event: RequestEvent | undefined): string {
  if (event === undefined) return '';
  return createHash('sha256').update(canonicalJson(event)).digest('hex').slice(0, 32);
}

/** JSON with sorted keys: the store gives maps back in another order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
