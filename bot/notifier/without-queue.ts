import { notifyDue } from '../../core/request/due.ts';
import { imagesOf } from '../../core/request/request.ts';
import type { ChangeRequest } from '../../core/store/change.ts';
import { StoreError } from '../../core/store/store.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import type { NotifierDeps } from './deps.ts';
import { notify } from './notify.ts';

export interface WithoutQueueDeps {
  readonly notifier: NotifierDeps;
  readonly requests: Pick<BotDeps['requests'], 'findDue' | 'get'>;
  readonly change: ChangeRequest;
  /** How long the notify queue has not answered, in ms. */
  readonly silentMs: () => number;
}

/** After this long without an answer the queue counts as down. */
const SILENT_MS = 20_000;
/** Between two looks: together with the silence well inside the 90 s in which people are told what is waited for. */
export const LOOK_MS = 10_000;
/** The others are looked at next time. */
const AT_ONCE = 50;
const QUEUE_SILENT = {
  code: 'queueSilent',
  summary: 'The queue between bot and worker does not answer, so no worker hears of it yet.',
} as const;

/**
 * While the queue is down nobody is rung: stories that are due are told without it, and what waits for a worker says why.
 * Nothing is at stake if two processes do it, or the queue comes back in between: each line is said once all the same.
 */
export async function tellWithoutQueue(deps: WithoutQueueDeps): Promise<void> {
  if (deps.silentMs() < SILENT_MS) return;
  const { notifier, requests } = deps;
  const { log, now, timing } = notifier;
  try {
    for (const id of await requests.findDue(now(), AT_ONCE)) {
      const item = await requests.get(id);
      if (!item) continue;
      const waits = imagesOf(item).some(([, { state }]) => state === 'queued');
      if (waits) {
        const deadline = now() + CLICK_BUDGET_MS;
        await deps.change({ id, deadline, input: () => ({ kind: 'delay', ...QUEUE_SILENT }) });
      }
      if (waits || (notifyDue(item, timing) ?? Number.POSITIVE_INFINITY) <= now()) await notify(notifier, id);
    }
  } catch (error) {
    // Both are away: the next look comes soon.
    log('warn', 'what is due could not be told while the queue is silent', { error });
    if (!(error instanceof StoreError)) throw error;
  }
}
