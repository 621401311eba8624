import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { decided, readRequest } from '../actions/click.ts';
import { decideBy } from '../actions/decision.ts';
import { parseImageValue } from '../image-value.ts';
import { releaseEntitlement } from '../actions/release-entitlement.ts';
import type { BotDeps } from '../deps.ts';
import { IDS } from '../ids.ts';
import { type ClickRefusal, renderClickRefusal } from '../messages/clicks.ts';
import type { GateChoice } from './gate-decision.ts';

type Args = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

/** The reason was given: it is decided now; what speaks against it is shown in the modal. */
export async function gateDecidedView(
  deps: BotDeps,
  { ack, body, view }: Args,
  choice: GateChoice,
): Promise<void> {
  const reason = (view.state.values[IDS.gateReasonBlock]?.[IDS.gateReasonInput]?.value ?? '').trim();
  if (reason === '') {
    await ack({ response_action: 'errors', errors: { [IDS.gateReasonBlock]: 'A reason is needed.' } });
    return;
  }
  const submitted = { carries: view.private_metadata, choice, reason, body };
  const refusal = await decided(deps, decideHeld(deps, submitted));
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

interface Submitted {
  readonly carries: string;
  readonly choice: GateChoice;
  readonly reason: string;
  readonly body: Args['body'];
}

async function decideHeld(
  deps: BotDeps,
  { body, carries, choice, reason }: Submitted,
): Promise<ClickRefusal | undefined> {
  const value = parseImageValue(carries);
  if (!value) return { kind: 'unknown request' };
  const read = await readRequest(deps, value.id);
  if ('kind' in read) return read;
  const by = body.user.id;
  const { configHash } = deps;
  return decideBy(deps, read.item, {
    click: { user: by, workspace: body.team?.id ?? body.user.team_id ?? '' },
    entitle: releaseEntitlement(value.image, deps.now),
    input: ({ groups, images }) =>
      choice === 'release'
        ? { kind: 'release', by, images, groups, reason, configHash }
        : { kind: 'leave', by, images, reason },
  });
}
