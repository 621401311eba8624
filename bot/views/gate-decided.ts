import { readRequest } from '../actions/click.ts';
import { decideBy } from '../actions/decision.ts';
import { releaseEntitlement } from '../actions/release-entitlement.ts';
import type { BotDeps } from '../deps.ts';
import { IDS } from '../ids.ts';
import { parseImageValue } from '../image-value.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { senderOf } from '../sender.ts';
import type { GateChoice } from './gate-decision.ts';
import { type SubmitArgs, submitted, textIn } from './submitted.ts';

/** The reason was given: it is decided now; what speaks against it is shown in the modal. */
export async function gateDecidedView(deps: BotDeps, args: SubmitArgs, choice: GateChoice): Promise<void> {
  const reason = textIn(args, IDS.gateReasonBlock);
  if (reason === '') {
    await args.ack({ response_action: 'errors', errors: { [IDS.gateReasonBlock]: 'A reason is needed.' } });
    return;
  }
  await submitted(deps, args, decideHeld(deps, args, { choice, reason }));
}

async function decideHeld(
  deps: BotDeps,
  args: SubmitArgs,
  { choice, reason }: { readonly choice: GateChoice; readonly reason: string },
): Promise<ClickRefusal | undefined> {
  const value = parseImageValue(args.view.private_metadata);
  if (!value) return { kind: 'unknown request' };
  const read = await readRequest(deps, value.id);
  if ('kind' in read) return read;
  const click = senderOf(args);
  const by = click.user;
  const { configHash } = deps;
  return decideBy(deps, read.item, {
    click,
    entitle: releaseEntitlement(value.image, deps.now),
    input: ({ groups, images }) =>
      choice === 'release'
        ? { kind: 'release', by, images, groups, reason, configHash }
        : { kind: 'leave', by, images, reason },
  });
}
