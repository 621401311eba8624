import { ID_MIN_LETTERS, requestId } from '../../core/request/id.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import { inTime } from '../in-time.ts';
import { type Asked, hashOf, putRequest } from './put-request.ts';

/**
 * One put, one doorbell, in Slack's time. Undefined = the database did not answer: it may be asked for or not, and if it
 * is, the tick finds it.
 */
export async function askFor(deps: BotDeps, asked: Asked): Promise<RequestItem | undefined> {
  try {
    const item = await inTime(putRequest(deps, asked), CLICK_BUDGET_MS, undefined);
    if (item) await deps.bells.work(item.id);
    return item;
  } catch (error) {
    // Longer where the short one was taken: what is logged is the one that was tried first.
    const id = requestId(hashOf(asked), ID_MIN_LETTERS);
    deps.log('error', 'a request could not be stored', { requestId: id, error });
    return undefined;
  }
}
