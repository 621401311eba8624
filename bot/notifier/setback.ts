import type { RequestItem } from '../../core/request/request.ts';
import type { SlackAnswer } from '../slack/errors.ts';
import type { NotifierDeps, Step } from './deps.ts';
import { park, withoutTried, write } from './write.ts';

const LOCKED_OUT_PAUSE_MS = 60_000;
const UNANSWERED_PAUSE_MS = { least: 5_000, most: 60_000 };

export interface Setback {
  readonly answer: Exclude<SlackAnswer<never>, { kind: 'ok' }>;
  /** A post or edit was begun, so a missing answer leaves it in doubt. */
  readonly begun: boolean;
}

/** Slack did not take it now: when to come back, and what is known until then. */
export async function setback(
  deps: NotifierDeps,
  item: RequestItem,
  { answer, begun }: Setback,
): Promise<Step> {
  const { notifier } = item;
  const now = deps.now();
  const requestId = item.id;
  switch (answer.kind) {
    case 'busy': {
      // Definitely not done: what this try left is cleared. An older doubt stays.
      const kept = begun ? withoutTried(notifier) : notifier;
      await write(deps, item, { ...kept, notBefore: now + answer.afterMs });
      await deps.ring(item.id, answer.afterMs);
      return 'done';
    }
    case 'refused': {
      const { code, detail } = answer;
      deps.log('error', 'Slack lets nothing be said; tried again until it does', { requestId, code, detail });
      const kept = begun ? withoutTried(notifier) : notifier;
      await write(deps, item, { ...kept, notBefore: now + LOCKED_OUT_PAUSE_MS });
      return 'done';
    }
    case 'unknown': {
      const { detail } = answer;
      deps.log('warn', 'Slack gave no answer', { requestId, inDoubt: begun, detail });
      if (begun && notifier.tried) {
        await park(deps, item, false);
        await deps.ring(item.id, Math.max(0, notifier.tried.deadline + deps.timing.graceMs - now) + 1_000);
        return 'done';
      }
      const { least, most } = UNANSWERED_PAUSE_MS;
      const pause = Math.min(Math.max(least, (now - item.lastAt) / 4), most);
      await write(deps, item, { ...notifier, notBefore: Math.ceil(now + pause) });
      await deps.ring(item.id, pause);
      return 'done';
    }
    default:
      return answer satisfies never;
  }
}
