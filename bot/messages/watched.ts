import { familiarReference } from '../../core/oci/reference.ts';
import type { RequestEvent } from '../../core/request/event.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { type Message, message, plain, section } from './blocks.ts';
import { failureBlocks } from './failure.ts';
import { findingsLines } from './findings.ts';
import { channel, code, joined, type Mrkdwn, mrkdwn, user } from './mrkdwn.ts';
import { pullLines } from './pull.ts';
import { listing } from './words.ts';

/** How it ended, for somebody who had asked for the same and joined. */
export function renderWatched(event: RequestEvent, item: RequestItem, person: string): Message {
  const mine = (item.watchers ?? []).filter(({ by }) => by === person).map(({ image }) => image);
  const hit = 'images' in event ? event.images.filter((id) => mine.includes(id)) : [];
  const images = hit.flatMap((id) => item.images[id] ?? []);
  const names = listing(images.map(({ source }) => familiarReference(source))) || item.id;
  const where = whereOf(item);
  switch (event.type) {
    case 'copied':
    case 'scanned':
      return message(
        `${names}, which you had asked for too, is in ECR.`,
        images.flatMap((image) => [
          section(
            mrkdwn`✓ ${code(familiarReference(image.source))}, which you had asked for too, is in ECR${where}`,
          ),
          ...pullLines(image).map(section),
          ...(image.findings ? [section(joined(findingsLines(image.findings), '\n'))] : []),
        ]),
      );
    case 'denied': {
      const head = mrkdwn`✕ ${user(event.by)} denied ${names}, which you had asked for too${where}`;
      return message(mrkdwn`${user(event.by)} denied ${names}, which you had asked for too.`, [
        section(head),
        ...(event.reason ? [plain(event.reason)] : []),
      ]);
    }
    case 'cancelled':
      return message(`The request for ${names} that you had joined was cancelled.`, [
        section(mrkdwn`✕ ${user(event.by)} cancelled the request for ${names} that you had joined${where}`),
        plain('If you still need it, ask for it again.'),
      ]);
    case 'left':
      return message(`${names}, which you had asked for too, was left untagged.`, [
        section(
          mrkdwn`✕ ${user(event.by)} left ${names}, which you had asked for too, untagged: its scan held it back${where}`,
        ),
        ...(event.reason ? [plain(event.reason)] : []),
      ]);
    case 'expired':
      return message(`Nobody decided in time about ${names}, which you had asked for too.`, [
        section(mrkdwn`✕ Nobody decided in time about ${names}, which you had asked for too${where}`),
        plain('If you still need it, ask for it again.'),
      ]);
    case 'failed':
      return message(`${names}, which you had asked for too, was not copied.`, [
        section(mrkdwn`✕ ${names}, which you had asked for too, was not copied${where}`),
        ...images.flatMap(({ failure }) => (failure ? failureBlocks(failure, { mark: false }) : [])),
      ]);
    default:
      return message(`There is news of ${names}.`, [section(mrkdwn`There is news of ${names}${where}`)]);
  }
}

function whereOf({ id, notifier }: RequestItem): Mrkdwn {
  return notifier.card ? mrkdwn` (${id} in ${channel(notifier.card.channel)}).` : mrkdwn` (${id}).`;
}
