/** Numbers as people read them. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, as Docker shows sizes: `24 MB`, `1.3 GB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 2 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** `41 s`, `3 min`, `2 h`, `9 days`, rounded. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** `14 months ago`, for the age of an image. */
export function age(ms: number): string {
  const days = Math.max(0, Math.floor(ms / 86_400_000));
  if (days < 1) return 'today';
  if (days < 60) return `${plural(days, 'day')} ago`;
  const months = Math.round(days / 30.44);
  return months < 24 ? `${plural(months, 'month')} ago` : `${plural(Math.round(months / 12), 'year')} ago`;
}

/** `1 platform`, `7 platforms`; `many` where it is no mere s. */
export const plural = (count: number, noun: string, many = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : many}`;

/** `a, b and c`. */
export function listing(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
