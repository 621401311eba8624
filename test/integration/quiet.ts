import type { Log } from '../../core/log.ts';

/** Says nothing, unless LOG=1 asks to see what happens. */
export const quiet: Log = (level, message, fields) => {
  if (process.env['LOG']) console.error(level, message, fields);
};
