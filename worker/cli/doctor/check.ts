/**
 * One thing that was looked at. `fail` = the service, or a part of it, does not work until it is mended ·
 * `warn` = it works, and somebody should know · `skip` = it could not be looked at.
 */
export interface Check {
  readonly about: string;
  readonly result: 'ok' | 'warn' | 'fail' | 'skip';
  readonly what: string;
  /** What to do, by whom; with everything but `ok`. */
  readonly fix?: string;
}

export const good = (about: string, what: string): Check => ({ about, result: 'ok', what });
export const bad = (about: string, what: string, fix: string): Check => ({
  about,
  result: 'fail',
  what,
  fix,
});
export const look = (about: string, what: string, fix: string): Check => ({
  about,
  result: 'warn',
  what,
  fix,
});
export const skipped = (about: string, what: string, fix: string): Check => ({
  about,
  result: 'skip',
  what,
  fix,
});
