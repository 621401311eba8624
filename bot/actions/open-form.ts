import type { AllMiddlewareArgs, BlockButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { ViewDeps } from '../deps.ts';
import { openForm } from '../form/open-form.ts';

type Args = SlackActionMiddlewareArgs<BlockButtonAction> & AllMiddlewareArgs;

/** "Open the form", on the Home tab or in an answer: the form belongs to the place of the button. */
export async function openFormAction(deps: ViewDeps, { ack, body, client }: Args): Promise<void> {
  const channel = body.channel?.id;
  const thread = body.container['thread_ts'];
  await openForm(
    deps,
    { client, trigger: body.trigger_id },
    {
      place: {
        ...(channel !== undefined && { channel }),
        ...(channel !== undefined && typeof thread === 'string' && { thread }),
      },
    },
  );
  await ack();
}
