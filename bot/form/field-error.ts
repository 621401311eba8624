import type { Failure } from '../../core/request/failure.ts';
import { clamp } from '../messages/limits.ts';

/** Slack names no limit for a text under a field; longer ones push the form out of sight. */
export const FIELD_ERROR_MAX = 300;

/** A failure under a field: what is wrong, what to do, and what to put there instead of a whole command. */
export function fieldError(
  { command, hint, summary }: Failure,
  field: 'source' | 'target' | 'other',
): string {
  const [, source, target] = (command ?? '').split(' ');
  const better = field === 'source' ? source : field === 'target' ? target : undefined;
  // A sentence that ends with a colon leads to the corrected command; without one there is nothing behind it.
  const next = hint.endsWith(':') ? (better === undefined ? '' : `${hint} ${better}`) : hint;
  return clamp([summary, next].filter((part) => part !== '').join(' '), FIELD_ERROR_MAX);
}
