import { readRequest } from '../actions/click.ts';
import { decideAs } from '../actions/decision.ts';
import type { BotDeps } from '../deps.ts';
import { IDS } from '../ids.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { senderOf } from '../sender.ts';
import { type SubmitArgs, submitted, textIn } from './submitted.ts';

/**
 * The reason was given: the denial is decided now; what speaks against it is shown in the modal. The dialog was opened
 * by a click on the request's own card, and what it carries comes back from Slack, not from the person.
 */
export async function denyView(deps: BotDeps, args: SubmitArgs): Promise<void> {
  const reason = textIn(args, IDS.denyReasonBlock);
  if (reason === '') {
    await args.ack({ response_action: 'errors', errors: { [IDS.denyReasonBlock]: 'A reason is needed.' } });
    return;
  }
  await submitted(deps, args, deny(deps, args, reason));
}

async function deny(deps: BotDeps, args: SubmitArgs, reason: string): Promise<ClickRefusal | undefined> {
  const read = await readRequest(deps, args.view.private_metadata);
  if ('kind' in read) return read;
  const click = senderOf(args);
  return decideAs(deps, read.item, click, ({ images }) => ({ kind: 'deny', by: click.user, images, reason }));
}
