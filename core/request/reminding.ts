import type { EventBody } from './event.ts';
import type { Image, ImageId } from './image.ts';
import { type Context, refuse, type StepResult } from './input.ts';
import { imagesOf, type RequestItem } from './request.ts';

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

/**
 * What is due to be reminded of, each once: the reminder is marked in the same change that appends its event, so several
 * ticks say it no more than once. Silence never decides anything; a reminder only says that it is silent.
 */
export function remind(item: RequestItem, { now }: Context): StepResult {
  const said: Partial<Record<ReminderKind, readonly ImageId[]>> = {};
  const images: Record<ImageId, Image> = {};
  for (const [id, image] of imagesOf(item)) {
    const due = (reminder: Reminder): boolean => counts(item, image, reminder) && reminder.at <= now;
    const list = image.reminders ?? [];
    for (const { as } of list.filter(due)) said[as] = [...(said[as] ?? []), id];
    const reminders = list.map((each) => (due(each) ? { ...each, saidAt: now } : each));
    images[id] = list.some(due) ? { ...image, reminders } : image;
  }
  const events = KINDS.flatMap((as): readonly EventBody[] => {
    const hit = said[as];
    return hit ? [{ type: 'reminded', as, images: hit }] : [];
  });
  if (events.length === 0) return refuse('nothing to remind of');
  return { item: { ...item, images }, events };
}

/** The order in which they are told where several are due at once. */
const KINDS: readonly ReminderKind[] = ['morning', 'reminder', 'escalation', 'review'];

/** When the next reminder is to be said; undefined = nobody is to be reminded of anything any more. */
export function remindDue(item: RequestItem): number | undefined {
  const times = imagesOf(item).flatMap(([, image]) =>
    (image.reminders ?? []).filter((each) => counts(item, image, each)).map(({ at }) => at),
  );
  return times.length ? Math.min(...times) : undefined;
}

/** Of an image that is decided nobody is reminded; a review is owed also when all else is over. */
function counts({ state }: RequestItem, image: Image, { as, saidAt }: Reminder): boolean {
  if (saidAt !== undefined) return false;
  if (as === 'review') return image.review !== undefined && image.review.confirmed === undefined;
  const open = state === 'pending' || state === 'running';
  return open && (image.state === 'ready' || image.state === 'held');
}
