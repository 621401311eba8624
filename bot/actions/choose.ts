import type { BotDeps } from '../deps.ts';
import { renderChoice } from '../views/choice.ts';
import { type ButtonArgs, readClick, whisper } from './click.ts';
import { entitlement, lookUp } from './entitlement.ts';
import { openView } from './open-view.ts';

/**
 * The button "Choose images" of a list: a dialog with the waiting images that this person may decide. Their authority is
 * checked now and again at the submission.
 */
export async function chooseAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  const click = await readClick(deps, args);
  await args.ack();
  if (click.kind !== 'click') return whisper(args, click);
  const person = await lookUp(deps, click.item, click);
  if ('kind' in person) return whisper(args, person);
  const allowed = entitlement(click.item, person);
  if (!allowed.may) return whisper(args, allowed.refusal);
  const view = renderChoice(click.item, allowed.images);
  await openView(deps, args, { requestId: click.item.id, view, button: 'Choose images' });
}
