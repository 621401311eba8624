import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { decided } from '../actions/click.ts';
import type { BotDeps } from '../deps.ts';
import { resultView } from '../form/result-view.ts';
import { type ClickRefusal, renderClickRefusal } from '../messages/clicks.ts';

export type SubmitArgs = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

/** The text of a dialog's one field, trimmed. */
export const textIn = ({ view }: Pick<SubmitArgs, 'view'>, block: string): string =>
  (view.state.values[block]?.[block]?.value ?? '').trim();

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
  const title = refusal.kind === 'unsure' ? 'Not sure' : 'Nothing was changed';
  await ack({ response_action: 'update', view: resultView(title, renderClickRefusal(refusal)) });
}
