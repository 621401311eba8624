/** When people work and when they are left alone, in one time zone. */
export interface Hours {
  /** Of the IANA time zone database: `Europe/Berlin`. */
  readonly timeZone: string;
  /** 1 = Monday ... 7 = Sunday. */
  readonly workingDays: readonly number[];
  /** `HH:MM`, local. */
  readonly working: Span;
  /** Nothing but private answers and results is said in it; absent = there is no such time. */
  readonly quiet?: Span | undefined;
}
export interface Span {
  readonly from: string;
  /** Not before it: `07:00` after `20:00` is on the next day. */
  readonly to: string;
}

/**
 * Time is walked in steps of the local clock, so a day with a change of the clock needs no rule of its own. Whatever this
 * decides is right to within one step.
 */
const STEP_MS = 5 * 60_000;
/** No step is looked at after this: a configuration without any working day would never end. */
const HORIZON_MS = 60 * 86_400_000;

/** The instant at which this much working time has passed since `at`, and never a quiet one. */
export function afterWorking(hours: Hours, at: number, workingMs: number): number {
  let left = workingMs;
  let now = at;
  const end = at + HORIZON_MS;
  while (left > 0 && now < end) {
    const step = Math.min(STEP_MS - (now % STEP_MS), left);
    // What is not working time passes in whole steps.
    const works = isWorking(hours, now);
    now += works ? step : STEP_MS - (now % STEP_MS);
    if (works) left -= step;
  }
  return afterQuiet(hours, now);
}

/** `at`, or the end of the quiet hours it is in. */
export function afterQuiet(hours: Hours, at: number): number {
  let now = at;
  const end = at + HORIZON_MS;
  while (isQuiet(hours, now) && now < end) now += STEP_MS - (now % STEP_MS);
  return now;
}

export const isQuiet = (hours: Hours, at: number): boolean =>
  hours.quiet !== undefined && within(hours.quiet, local(hours, at).time);

function isWorking(hours: Hours, at: number): boolean {
  const { day, time } = local(hours, at);
  return hours.workingDays.includes(day) && within(hours.working, time);
}

/** `HH:MM` compares as text. */
function within({ from, to }: Span, time: string): boolean {
  return from <= to ? from <= time && time < to : from <= time || time < to;
}

/** A name that this process's time zone data knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const clocks = new Map<string, Intl.DateTimeFormat>();

function local({ timeZone }: Hours, at: number): { readonly day: number; readonly time: string } {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  clocks.set(timeZone, clock);
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: DAYS.indexOf(parts['weekday'] ?? '') + 1,
    time: `${parts['hour']}:${parts['minute']}`,
  };
}
