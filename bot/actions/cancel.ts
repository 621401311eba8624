import { aboutRequest } from '../../core/log.ts';
import { parseRequestId } from '../../core/request/id.ts';
import type { BotDeps } from '../deps.ts';
import { renderCancelAnswer } from '../messages/cancelled.ts';
import { senderOf } from '../sender.ts';
import { respondPrivately } from '../slack/respond-privately.ts';
import { cancelAs } from './cancel-as.ts';
import type { ButtonArgs } from './click.ts';

/**
 * The Cancel button of a private answer. It carries only the id; who clicks decides whether it counts, so a forged value
 * can do no more than `/mirror cancel`.
 */
export async function cancelAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  const { ack, action } = args;
  const id = parseRequestId(action.value ?? '') ?? '';
  const answer = await aboutRequest(id, () => cancelAs(deps, { ...senderOf(args), id }));
  await ack();
  await respondPrivately(args, renderCancelAnswer(answer));
}
