import type { RequestEvent } from '../../core/request/event.ts';
import { mirrorCommand } from '../../core/request/failure.ts';
import type { Image, ImageId } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { type Message, message, plain, section } from './blocks.ts';
import { renderListResult } from './list-result.ts';
import { someNames } from './list-words.ts';
import { codeBlock, type Mrkdwn, mrkdwn, user } from './mrkdwn.ts';
import { plural } from './words.ts';

/** Lines that a list's thread tells in its own way: how many, not each name. Undefined: as for a single image. */
export function renderListReply(event: RequestEvent, item: RequestItem): Message | undefined {
  switch (event.type) {
    case 'approved':
      return approved(event, item);
    case 'denied': {
      const images = imagesIn(event, item);
      const head = mrkdwn`${user(event.by)} denied ${quantity(images, item)}: ${someNames(images)}.${left(event, item)}`;
      return message(event.reason ? mrkdwn`${head} The reason: ${event.reason}` : head, [
        section(event.reason ? mrkdwn`${head} The reason:` : head),
        ...(event.reason ? [plain(event.reason)] : []),
      ]);
    }
    case 'expired': {
      const images = imagesIn(event, item);
      const head = `Nobody decided about ${quantity(images, item)} in time, so they are not copied.`;
      const commands = images.map(({ source, target, platforms }) =>
        mirrorCommand(source, target, platforms),
      );
      return message(head, [section(mrkdwn`${head} To ask again:`), section(codeBlock(commands.join('\n')))]);
    }
    case 'retried': {
      const images = imagesIn(event, item);
      const what = mrkdwn`${user(event.by)} has ${quantity(images, item)} tried again`;
      return message(mrkdwn`${what}.`, [
        section(mrkdwn`${what}: the approved digests, and only the bytes that are missing.`),
      ]);
    }
    case 'finished':
      return renderListResult(item);
    default:
      return undefined;
  }
}

const imagesIn = ({ images }: { readonly images: readonly ImageId[] }, item: RequestItem): readonly Image[] =>
  images.flatMap((id) => item.images[id] ?? []);

/** `all 20 images`, `18 of 20 images`. */
function quantity(images: readonly Image[], item: RequestItem): string {
  const all = Object.keys(item.entries).length;
  return images.length === all ? `all ${all} images` : `${images.length} of ${plural(all, 'image')}`;
}

function approved(event: RequestEvent & { readonly type: 'approved' }, item: RequestItem): Message {
  const images = imagesIn(event, item);
  const short = images.filter((image) => !isEnough(image, event.at));
  const more =
    short.length > 0
      ? ` ${plural(short.length, 'image')} of them need${short.length === 1 ? 's' : ''} another approval.`
      : '';
  const text = mrkdwn`${user(event.by)} approved ${quantity(images, item)}.${more}${left(event, item)}`;
  return message(text, [section(text), ...(event.reason ? [plain(event.reason)] : [])]);
}

/** As many as there were then: the line may be told later than the next approval. */
const isEnough = ({ approvals, rule }: Image, at: number): boolean =>
  approvals.filter((each) => each.at <= at).length >= (rule?.approvals ?? 1);

/** What nobody had decided yet when this happened; it waits until it expires. */
function left(event: RequestEvent, item: RequestItem): Mrkdwn {
  const open = new Set<ImageId>();
  for (const each of item.events.slice(0, event.n + 1)) {
    switch (each.type) {
      case 'offered':
        for (const id of each.images) if (item.images[id]?.rule?.decision === 'approve') open.add(id);
        break;
      case 'approved':
        for (const id of each.images) {
          const image = item.images[id];
          if (image && isEnough(image, each.at)) open.delete(id);
        }
        break;
      case 'denied':
      case 'expired':
      case 'cancelled':
      case 'brokeGlass':
        for (const id of each.images) open.delete(id);
        break;
      default:
    }
  }
  return open.size === 0
    ? mrkdwn``
    : mrkdwn` ${plural(open.size, 'image')} still ${open.size === 1 ? 'waits' : 'wait'}.`;
}
