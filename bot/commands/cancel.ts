import { cancelAs } from '../actions/cancel-as.ts';
import type { BotDeps } from '../deps.ts';
import type { Message } from '../messages/blocks.ts';
import { renderCancelAnswer } from '../messages/cancelled.ts';
import type { Viewer } from './viewer.ts';

/** `/mirror cancel M-7F3K [why]`. */
export async function cancel(
  deps: BotDeps,
  { user, workspace }: Viewer,
  { id, reason }: { readonly id: string; readonly reason?: string },
): Promise<Message> {
  const because = reason === undefined ? {} : { reason };
  return renderCancelAnswer(await cancelAs(deps, { user, workspace, id, ...because }));
}
