import type { Reminder } from '../request/reminding.ts';
import { afterQuiet, afterWorking, type Hours, isQuiet } from './hours.ts';
import type { RuleTiming } from './rules.ts';

/**
 * Every instant at which people will be reminded of an image that is offered now, if nobody decides: known from the start,
 * so that whoever looks at the item knows when to look again. What would come after the image's end is left out. In quiet
 * hours the card names nobody, and the first instant is the end of those.
 */
export function remindersOf(hours: Hours, timing: RuleTiming, now: number): readonly Reminder[] {
  const { escalateAfterMs, expiresAfterMs, remindAfterMs } = timing;
  const list: Reminder[] = [
    ...(isQuiet(hours, now) ? [{ as: 'morning' as const, at: afterQuiet(hours, now) }] : []),
    ...(remindAfterMs === undefined
      ? []
      : [{ as: 'reminder' as const, at: afterWorking(hours, now, remindAfterMs) }]),
    ...(escalateAfterMs === undefined
      ? []
      : [{ as: 'escalation' as const, at: afterWorking(hours, now, escalateAfterMs) }]),
  ];
  return list.filter(({ at }) => at < now + expiresAfterMs).sort((a, b) => a.at - b.at);
}

/** When a review that is owed since now is asked for again: after a day of work. */
export const reviewAt = (hours: Hours, now: number): number => afterWorking(hours, now, REVIEW_AFTER_MS);
const REVIEW_AFTER_MS = 8 * 3_600_000;
