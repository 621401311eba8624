import type { AllMiddlewareArgs, BlockButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { parseRequestId } from '../../core/request/id.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';
import { type ClickRefusal, renderClickRefusal } from '../messages/clicks.ts';
import type { Click } from './entitlement.ts';

export type ButtonArgs = SlackActionMiddlewareArgs<BlockButtonAction> & AllMiddlewareArgs;

export interface ReadClick extends Click {
  readonly item: RequestItem;
}

/**
 * The request a button belongs to. The button carries only the id; it must be clicked on the request's own card or in
 * its thread, so that a forged value leads nowhere.
 */
export async function readClick(deps: BotDeps, { body, action }: ButtonArgs): Promise<ReadClick | undefined> {
  const id = parseRequestId(action.value ?? '');
  const item = id === undefined ? undefined : await deps.requests.get(id);
  if (!item || !isOnItsCard(item, body)) return undefined;
  return { item, user: body.user.id, workspace: body.team?.id ?? body.user.team_id ?? '' };
}

/**
 * On the card, or in its thread. While the card's post is not yet answered for (or was answered to a process that died),
 * nobody knows its ts: then the channel it was posted to has to do.
 */
function isOnItsCard(item: RequestItem, body: ButtonArgs['body']): boolean {
  const { card, tried } = item.notifier;
  const channel = body.channel?.id;
  if (!card) return tried !== undefined && tried.channel === channel;
  const ts = body.message?.ts;
  const thread = body.message?.['thread_ts'] ?? ts;
  return channel === card.channel && (ts === card.ts || thread === card.ts);
}

/** Tells only the one who clicked. */
export async function whisper(
  { respond }: Pick<ButtonArgs, 'respond'>,
  refusal: ClickRefusal,
): Promise<void> {
  await respond({ ...renderClickRefusal(refusal), response_type: 'ephemeral', replace_original: false });
}
