import { type Context, type InputOf, refuse, type StepResult } from './input.ts';
import { releaseLease, RESOLVE, type RequestItem } from './request.ts';

/** What put a request that nobody typed: one run of a schedule of the configuration. */
export interface ScheduledRun {
  /** As the configuration names it. */
  readonly name: string;
  /** Epoch ms for which the run was due. Name and slot make the request's id, so a run asks once however often it is begun. */
  readonly slot: number;
  /** Who had it run now, where it was not the clock. */
  readonly by?: string;
  /** 2, 3, ...: where more has changed than one request takes. */
  readonly part?: number;
  /** Nothing of it is said before: the end of the quiet hours. Epoch ms. */
  readonly sayFrom?: number;
  /** Absent = it has not looked yet; of further parts too. */
  readonly looked?: RunLook;
  readonly notes?: readonly RunNote[];
}

/** What one look at everything a schedule watches came to, in numbers of images. */
export interface RunLook {
  /** Epoch ms. */
  readonly at: number;
  readonly images: number;
  /** These are asked for, in this request and its further parts. */
  readonly changed: number;
  readonly unchanged: number;
  /** Of an earlier run or request, and still open. */
  readonly waiting: number;
  /** This very digest was denied before, so it is not asked for again. */
  readonly denied: number;
  /** Too new for the rule that would let them in by itself. */
  readonly young: number;
  readonly gone: number;
  /** Could not be looked at. */
  readonly failed: number;
}

/** Something to tell of a schedule that is no image to decide about. Each is told once. */
export type RunNote =
  /** The source has the tag, or the whole repository, no more. */
  | { readonly kind: 'gone'; readonly source: string; readonly target: string }
  /** The image lives elsewhere, or is no longer made. */
  | { readonly kind: 'deprecated'; readonly source: string; readonly why: string; readonly instead?: string }
  | { readonly kind: 'unread'; readonly source: string; readonly why: string }
  /** The run itself came to nothing. */
  | { readonly kind: 'failed'; readonly why: string }
  /** No run was good for longer than the schedule's period and a day. */
  | { readonly kind: 'late'; readonly since: number };

/** A run of a schedule that has not yet looked at what it watches. */
export const isLookDue = ({ schedule, entries, state }: RequestItem): boolean =>
  state === 'resolving' && schedule !== undefined && Object.keys(entries).length === 0;

/**
 * The run has looked: what has changed becomes the request's images, which are looked up next under the same lease. Where
 * nothing has changed the request is over, and nobody hears of it but of what there is to tell.
 */
export function looked(item: RequestItem, input: InputOf<'looked'>, _context: Context): StepResult {
  if (!isLookDue(item) || !item.schedule) return refuse('not resolving');
  const lease = item.work[RESOLVE];
  if (!lease || lease.owner !== input.owner || lease.fence !== input.fence) return refuse('lease lost');
  const { entries, look, notes } = input;
  const schedule = { ...item.schedule, looked: look, ...(notes.length > 0 && { notes }) };
  const next: RequestItem = { ...item, entries, schedule };
  if (Object.keys(entries).length > 0) return { item: next, events: [] };
  return {
    item: releaseLease({ ...next, state: 'finished' }, RESOLVE),
    events: notes.length > 0 ? [{ type: 'noted' }] : [],
  };
}
