import { history } from '../commands/history.ts';
import { mine } from '../commands/mine.ts';
import { pending } from '../commands/pending.ts';
import type { Viewer } from '../commands/viewer.ts';
import type { ViewDeps } from '../deps.ts';
import type { Message } from '../messages/blocks.ts';
import { senderOf } from '../sender.ts';
import { respondPrivately } from '../slack/respond-privately.ts';
import type { ButtonArgs } from './click.ts';

/** "Older": the next page takes the place of the one before. What it shows is the clicking person's, whatever it carries. */
export async function olderAction(deps: ViewDeps, args: ButtonArgs): Promise<void> {
  const { ack, action, body } = args;
  await ack();
  const viewer = { ...senderOf(args), channel: body.channel?.id ?? '' };
  const page = await pageOf(deps, viewer, action.value ?? '');
  await respondPrivately(args, page, { replace: true });
}

/** `mine <cursor>`, `pending <number>`, `history <number> <repository>`; anything else is the first page of one's own. */
function pageOf(deps: ViewDeps, viewer: Viewer, value: string): Promise<Message> {
  const [list, from = '', rest = ''] = value.split(' ');
  const start = /^\d{1,6}$/.test(from) ? Number(from) : 0;
  if (list === 'pending') return pending(deps, viewer, start);
  if (list === 'history') return history(deps, viewer, rest, start);
  return mine(deps, viewer, from);
}
