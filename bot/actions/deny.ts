import { familiarReference } from '../../core/oci/reference.ts';
import { imagesOf, isSingle } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';
import { plural } from '../messages/words.ts';
import { renderDenyReason } from '../views/deny-reason.ts';
import { type ButtonArgs, readClick, whisper } from './click.ts';
import { entitlement, lookUp } from './entitlement.ts';
import { openView } from './open-view.ts';

/** The Deny button asks for a reason first; the person's authority is checked now and again at the submission. */
export async function denyAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  const click = await readClick(deps, args);
  await args.ack();
  if (click.kind !== 'click') return whisper(args, click);
  const person = await lookUp(deps, click.item, click);
  if ('kind' in person) return whisper(args, person);
  const allowed = entitlement(click.item, person);
  if (!allowed.may) return whisper(args, allowed.refusal);
  const [first] = imagesOf(click.item);
  const what =
    isSingle(click.item) && first
      ? familiarReference(first[1].source)
      : `this list (${plural(allowed.images.length, 'image')}, ${click.item.id})`;
  const { id } = click.item;
  await openView(deps, args, { requestId: id, view: renderDenyReason(id, what), button: 'Deny' });
}
