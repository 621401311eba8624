import { Cron } from 'croner';

/** When a schedule is due: five POSIX fields (pubs.opengroup.org, crontab) in a time zone of the IANA database. */
export interface When {
  readonly cron: string;
  readonly timeZone: string;
}

const FIELDS = 5;
/** Numbers, names of months and days, lists, ranges and steps: no `L`, `W` or `#`, which other programs read otherwise. */
const FIELD = /^(?:[0-9*,/-]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)+$/i;
/** Slots are walked one by one; more than this many missed ones are passed over in one stride. */
const WALK_MAX = 1_000;
const DAY_MS = 86_400_000;
/** Of so many coming slots the longest pause counts as the schedule's period: `0 2 1,15 * *` has two kinds. */
const PAUSES = 6;

/** What is wrong with a cron text, or undefined. */
export function cronProblem(text: string): string | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== FIELDS || text.trim() === '') {
    return 'five fields are expected: minute, hour, day of the month, month, day of the week';
  }
  const odd = fields.find((field) => !FIELD.test(field));
  if (odd !== undefined) return `${odd} is no field of POSIX cron`;
  try {
    const next = open({ cron: text, timeZone: 'UTC' }).nextRun(new Date(0));
    return next === null ? 'there is no such day' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
  }
}

/** The first slot after an instant, in epoch ms. Undefined: there is none. */
export function nextSlot(when: When, after: number): number | undefined {
  return open(when).nextRun(new Date(after))?.getTime();
}

/** The newest slot that is past and came after `last`: however many were missed, one is caught up with. */
export function slotDue(
  when: When,
  { last, now }: { readonly last: number; readonly now: number },
): number | undefined {
  const cron = open(when);
  const next = (after: number): number =>
    cron.nextRun(new Date(after))?.getTime() ?? Number.POSITIVE_INFINITY;
  let slot = next(last);
  if (slot > now) return undefined;
  for (let walked = 0; ; walked += 1) {
    const later = next(walked < WALK_MAX ? slot : Math.max(slot, now - DAY_MS));
    if (later > now) return slot;
    slot = later;
    if (walked > 4 * WALK_MAX) return slot;
  }
}

/** The longest pause between coming slots, in ms; 0 where there is no second one. */
export function period(when: When, now: number): number {
  const slots = open(when)
    .nextRuns(PAUSES, new Date(now))
    .map((date) => date.getTime());
  const pauses = slots.slice(1).map((slot, at) => slot - (slots[at] ?? slot));
  return pauses.length ? Math.max(...pauses) : 0;
}

const known = new Map<string, Cron>();

/** Never started: it only tells times. POSIX: a day of the month or a day of the week that fits is enough. */
function open({ cron, timeZone }: When): Cron {
  const key = `${timeZone} ${cron}`;
  const made = known.get(key) ?? new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
  if (known.size < 1_000) known.set(key, made);
  return made;
}
