import type { BotDeps } from '../deps.ts';
import { type GateChoice, renderGateDecision } from '../views/gate-decision.ts';
import { type ButtonArgs, readClick, whisper } from './click.ts';
import { lookUp } from './entitlement.ts';
import { formatImageValue, parseImageValue } from '../image-value.ts';
import { openView } from './open-view.ts';
import { releaseEntitlement } from './release-entitlement.ts';

/**
 * Release and Leave untagged, on the line of a held image: both ask for a reason first. The person's authority is checked
 * now and again at the submission.
 */
export async function gateDecisionAction(deps: BotDeps, args: ButtonArgs, choice: GateChoice): Promise<void> {
  const value = parseImageValue(args.action.value ?? '');
  const click = value
    ? await readClick(deps, { body: args.body, action: { ...args.action, value: value.id } })
    : ({ kind: 'unknown request' } as const);
  await args.ack();
  if (!value || click.kind !== 'click') return click.kind === 'click' ? undefined : whisper(args, click);
  const { item } = click;
  const person = await lookUp(deps, item, click);
  if ('kind' in person) return whisper(args, person);
  const allowed = releaseEntitlement(value.image, deps.now)(item, person);
  const image = item.images[value.image];
  if (!allowed.may || !image) {
    return whisper(args, allowed.may ? { kind: 'unknown request' } : allowed.refusal);
  }
  const view = renderGateDecision({ choice, image, carries: formatImageValue(value) });
  await openView(deps, args, { requestId: item.id, view, button: BUTTONS[choice] });
}

/** As the line of a held image has them. */
const BUTTONS = { release: 'Release', leave: 'Leave untagged' } as const;
