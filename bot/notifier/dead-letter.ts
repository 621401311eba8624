import { hasSomethingToSay } from '../../core/request/deliveries.ts';
import { QUEUE_LIMITS } from '../../core/queue/limits.ts';
import { StoreError } from '../../core/store/store.ts';
import { mrkdwn } from '../messages/mrkdwn.ts';
import type { TellOps } from '../slack/ops-line.ts';
import type { NotifierDeps } from './deps.ts';
import { notify } from './notify.ts';

/**
 * A notify doorbell that could not be answered, time and again. What is owed is looked at once more: mostly the database was
 * away and is back. What still cannot be told is an alarm, and the tick goes on ringing for it. A story that is told, or
 * that somebody else is telling, is left alone, so a message may be sent back at any time.
 * Throws StoreError where the store does not answer: the message then stays where it is.
 */
export async function answerDeadNotify(
  deps: NotifierDeps,
  tellOps: TellOps,
  requestId: string,
): Promise<void> {
  const { log, requests } = deps;
  const before = await requests.get(requestId);
  if (!before || !hasSomethingToSay(before)) {
    log('info', 'a dead doorbell had nothing left to say', { requestId, state: before?.state });
    return;
  }
  try {
    await notify(deps, requestId);
    const after = await requests.get(requestId);
    if (after && hasSomethingToSay(after)) {
      // In doubt, or Slack asked to wait: whoever is at it has rung for the time when it goes on.
      log('info', 'a dead doorbell was answered; its story goes on by itself', { requestId });
    } else {
      log('info', 'a dead doorbell was answered after all', { requestId });
    }
  } catch (error) {
    if (error instanceof StoreError) throw error;
    log('error', 'a story could not be told, time and again; the tick goes on ringing', { requestId, error });
    tellOps(
      'story stands still',
      mrkdwn`⚠ The thread of ${requestId} stands still: ${QUEUE_LIMITS.maxReceiveCount} tries to go on with it failed. Nothing of the copy is lost. Whoever runs the mirror looks for ${requestId} in the bot's log; when the cause is mended, the thread goes on by itself.`,
    );
  }
}
