import type { RequestEvent } from '../../core/request/event.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { aboutWhat } from './about.ts';
import { askerOf } from './asker.ts';
import { peopleOf, together } from './approvers.ts';
import { context, type Message, message, plain, section } from './blocks.ts';
import { bold, channel, type Mrkdwn, mrkdwn, user } from './mrkdwn.ts';

/** One line for those who run the mirror, in their channel: what one person let in alone, and what is owed for it. */
export function renderOps(event: RequestEvent, item: RequestItem): Message {
  const what = aboutWhat(item);
  const rest = context([mrkdwn`asked for by ${askerOf(item)} · ${item.id}${where(item)}`]);
  switch (event.type) {
    case 'brokeGlass': {
      const who = user(event.by);
      return message(mrkdwn`${who} broke the glass for ${what}: ${event.reason}`, [
        section(
          mrkdwn`⚠ ${who} broke the glass: ${bold(what)} is copied without the approvals of its rule. A review is owed by ${reviewers(event.images, item)}. The reason:`,
        ),
        plain(event.reason),
        rest,
      ]);
    }
    case 'reviewed':
      return message(mrkdwn`${user(event.by)} reviewed ${what}, for which the glass was broken.`, [
        section(mrkdwn`✓ ${user(event.by)} reviewed ${bold(what)}, for which the glass was broken.`),
        rest,
      ]);
    case 'reminded':
      return message(`${what} was let in by one person alone, and nobody has reviewed it.`, [
        section(
          mrkdwn`⚠ ${bold(what)} was let in by one person alone, and nobody has reviewed it yet: ${reviewers(event.images, item)} can, on its card.`,
        ),
        rest,
      ]);
    default:
      return message(`There is news of ${what}.`, [section(mrkdwn`There is news of ${bold(what)}.`), rest]);
  }
}

function reviewers(images: readonly string[], item: RequestItem): Mrkdwn {
  return peopleOf(together(images.flatMap((id) => item.images[id]?.rule?.approvers ?? [])));
}

const where = ({ notifier }: RequestItem): Mrkdwn =>
  notifier.card ? mrkdwn` · card in ${channel(notifier.card.channel)}` : mrkdwn``;
