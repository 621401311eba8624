import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import type { Log } from '../core/log.ts';
import type { Edge } from './edge.ts';
import { answerOf } from './slack/errors.ts';

export interface EnterDeps {
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly log: Log;
}

/** A bot that is in, or that goes on trying. */
export interface Entry {
  /** Ends the tries, and what was begun. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 60_000;

/**
 * Brings the bot into Slack. Rejects where the first answer is a no (a wrong token, a port that is taken). Where Slack
 * does not answer, the start goes on without it and the bot tries again and again: a process that comes up while Slack
 * is down still copies what was approved, and tells it afterwards.
 */
export async function enter(edge: Edge, deps: EnterDeps): Promise<Entry> {
  let stopped = false;
  const goOn = async (): Promise<void> => {
    for (let n = 0; !stopped; n += 1) {
      await deps.sleep(Math.min(FIRST_PAUSE_MS * 2 ** n, PAUSE_MAX_MS) * (0.5 + deps.random() / 2));
      if (stopped || (await attempt(edge, deps, n + 1)) === 'in') break;
    }
    // It came in while it was told to go.
    if (stopped) await edge.stop();
  };
  if ((await attempt(edge, deps, 0)) === 'no answer') {
    goOn().catch((error: unknown) => deps.log('error', 'Slack does not let the bot in', { error }));
  }
  return {
    stop: async () => {
      stopped = true;
      await edge.stop();
    },
  };
}

async function attempt(edge: Edge, { log }: EnterDeps, n: number): Promise<'in' | 'no answer'> {
  try {
    await edge.start();
    if (n > 0) log('info', 'Slack answers again: the bot is in', {});
    return 'in';
  } catch (error) {
    if (!isNoAnswer(error)) throw error;
    log('warn', 'Slack did not answer at the start; the bot tries again', { error });
    return 'no answer';
  }
}

/** Whether it was Slack that gave no answer; a port that is taken is another matter. */
function isNoAnswer(error: unknown): boolean {
  const ofSlack =
    error instanceof WebAPIRequestError ||
    error instanceof WebAPIHTTPError ||
    error instanceof WebAPIRateLimitedError ||
    error instanceof WebAPIPlatformError;
  return ofSlack && answerOf(error).kind !== 'refused';
}
