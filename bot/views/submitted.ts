import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { decided } from '../actions/click.ts';
import type { Click } from '../actions/entitlement.ts';
import type { BotDeps } from '../deps.ts';
import { type ClickRefusal, renderClickRefusal } from '../messages/clicks.ts';

export type SubmitArgs = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

/** Who sent a dialog, as its checks need it. */
export const senderOf = ({ body }: Pick<SubmitArgs, 'body'>): Click => ({
  user: body.user.id,
  workspace: body.team?.id ?? body.user.team_id ?? '',
});

/** The text of a dialog's one field, trimmed. */
export const textIn = ({ view }: Pick<SubmitArgs, 'view'>, block: string, element = block): string =>
  (view.state.values[block]?.[element]?.value ?? '').trim();

/** The work is done now and Slack answered in time; what speaks against it is shown in the dialog. */
export async function submitted(
  deps: BotDeps,
  { ack }: Pick<SubmitArgs, 'ack'>,
  work: Promise<ClickRefusal | undefined>,
): Promise<void> {
  const refusal = await decided(deps, work);
  if (!refusal) {
    await ack();
    return;
  }
  await ack({
    response_action: 'update',
    view: {
      type: 'modal',
      title: { type: 'plain_text', text: refusal.kind === 'unsure' ? 'Not sure' : 'Nothing was changed' },
      close: { type: 'plain_text', text: 'Close' },
      blocks: renderClickRefusal(refusal).blocks,
    },
  });
}
