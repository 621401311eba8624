/** How the page writes times. `zone` is an IANA name; the reader's own where it is left out. */
const LOCALE = 'en-GB';

/** A Slack `ts` (`1732442400.000100`) as milliseconds. */
export function timeOfTs(ts: string): number {
  return Number.parseFloat(ts) * 1000;
}

export function clockTime(at: number, zone?: string): string {
  return intl(at, { hour: '2-digit', minute: '2-digit' }, zone);
}

/** `Tuesday 24 November 2026 at 10:21:07`, for the hover text. */
export function fullTime(at: number, zone?: string): string {
  return `${longDate(at, zone)} at ${intl(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' }, zone)}`;
}

/** `Today`, `Yesterday`, else `Tuesday 24 November 2026`. */
export function dayName(at: number, now: number, zone?: string): string {
  const near = nearDay(at, now, zone);
  return near === undefined ? longDate(at, zone) : near.charAt(0).toUpperCase() + near.slice(1);
}

/** `today at 10:21`, `24 Nov at 10:21`. */
export function dayAndTime(at: number, now: number, zone?: string): string {
  const day = nearDay(at, now, zone) ?? intl(at, { day: 'numeric', month: 'short' }, zone);
  return `${day} at ${clockTime(at, zone)}`;
}

/** Slack's date tokens; `undefined` when the format has one Slack does not know: then the fallback is shown. */
export function formatDateTokens(format: string, at: number, now: number, zone?: string): string | undefined {
  let unknown = false;
  const written = format.replace(/\{([a-z_]+)\}/g, (_whole, token: string) => {
    const text = formatToken(token, { at, now, zone });
    if (text === undefined) unknown = true;
    return text ?? '';
  });
  return unknown ? undefined : written;
}

interface Moment {
  readonly at: number;
  readonly now: number;
  readonly zone: string | undefined;
}

function formatToken(token: string, { at, now, zone }: Moment): string | undefined {
  if (token.endsWith('_pretty')) {
    return nearDay(at, now, zone) ?? formatToken(token.slice(0, -'_pretty'.length), { at, now, zone });
  }
  switch (token) {
    case 'date_num':
      return `${intl(at, { year: 'numeric' }, zone)}-${intl(at, { month: '2-digit' }, zone)}-${intl(at, { day: '2-digit' }, zone)}`;
    case 'date':
      return intl(at, { day: 'numeric', month: 'long', year: 'numeric' }, zone);
    case 'date_short':
      return intl(at, { day: 'numeric', month: 'short', year: 'numeric' }, zone);
    case 'date_long':
      return longDate(at, zone);
    case 'time':
      return clockTime(at, zone);
    case 'time_secs':
      return intl(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' }, zone);
    case 'ago':
      return ago(at, now);
    default:
      return undefined;
  }
}

function longDate(at: number, zone: string | undefined): string {
  // In two parts: versions of ICU differ on the comma between them.
  const date = intl(at, { day: 'numeric', month: 'long', year: 'numeric' }, zone);
  return `${intl(at, { weekday: 'long' }, zone)} ${date}`;
}

function nearDay(at: number, now: number, zone: string | undefined): string | undefined {
  const day = (time: number) => formatToken('date_num', { at: time, now, zone });
  if (day(at) === day(now)) return 'today';
  if (day(at) === day(now - 86_400_000)) return 'yesterday';
  if (day(at) === day(now + 86_400_000)) return 'tomorrow';
  return undefined;
}

function ago(at: number, now: number): string {
  const minutes = Math.round((now - at) / 60_000);
  const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
  if (Math.abs(minutes) < 60) return relative.format(-minutes, 'minute');
  if (Math.abs(minutes) < 48 * 60) return relative.format(-Math.round(minutes / 60), 'hour');
  return relative.format(-Math.round(minutes / 1440), 'day');
}

function intl(at: number, options: Intl.DateTimeFormatOptions, zone: string | undefined): string {
  const zoned = zone === undefined ? options : { ...options, timeZone: zone };
  return new Intl.DateTimeFormat(LOCALE, zoned).format(at);
}
