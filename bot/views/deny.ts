import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { decided, readRequest } from '../actions/click.ts';
import { decideAs } from '../actions/decision.ts';
import type { BotDeps } from '../deps.ts';
import { IDS } from '../ids.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { renderClickRefusal } from '../messages/clicks.ts';

type Args = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

/**
 * The reason was given: the denial is decided now; what speaks against it is shown in the modal. The dialog was opened
 * by a click on the request's own card, and what it carries comes back from Slack, not from the person.
 */
export async function denyView(deps: BotDeps, { ack, body, view }: Args): Promise<void> {
  const reason = (view.state.values[IDS.denyReasonBlock]?.[IDS.denyReasonInput]?.value ?? '').trim();
  if (reason === '') {
    await ack({ response_action: 'errors', errors: { [IDS.denyReasonBlock]: 'A reason is needed.' } });
    return;
  }
  const refusal = await decided(deps, deny(deps, { id: view.private_metadata, reason, body }));
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

interface Denial {
  readonly id: string;
  readonly reason: string;
  readonly body: Args['body'];
}

async function deny(deps: BotDeps, { id, reason, body }: Denial): Promise<ClickRefusal | undefined> {
  const read = await readRequest(deps, id);
  if ('kind' in read) return read;
  const click = { user: body.user.id, workspace: body.team?.id ?? body.user.team_id ?? '' };
  return decideAs(deps, read.item, click, ({ images }) => ({ kind: 'deny', by: click.user, images, reason }));
}
