import type { BotDeps } from '../deps.ts';
import { renderCancelAnswer } from '../messages/cancelled.ts';
import { respondPrivately } from '../slack/respond-privately.ts';
import { cancelAs } from './cancel-as.ts';
import { readClick, whisper } from './click.ts';
import type { MoreArgs } from './more.ts';

/** The choice "Cancel the request" on its own card. What is being tagged already cannot be taken back. */
export async function cancelChoice(deps: BotDeps, args: MoreArgs, value: string): Promise<void> {
  const click = await readClick(deps, { body: args.body, action: { value } });
  if (click.kind !== 'click') {
    await args.ack();
    return whisper(args, click);
  }
  const { item, user, workspace } = click;
  const answer = await cancelAs(deps, { user, workspace, id: item.id });
  await args.ack();
  // The card and its thread tell everybody, also the one who cancelled.
  if (answer.kind === 'cancelled') return;
  await respondPrivately(args, renderCancelAnswer(answer));
}
