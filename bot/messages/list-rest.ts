import type { Image, ImageId } from '../../core/request/image.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { approversOf } from './approvers.ts';
import { type Message, message, section } from './blocks.ts';
import { joined, type Mrkdwn, mrkdwn } from './mrkdwn.ts';
import { plural } from './words.ts';

/**
 * To the one who approved what of a list is theirs to approve: what is not, and whose it is. Undefined: nothing is left.
 * `item` as it was before the click.
 */
export function renderRest(item: RequestItem, decided: readonly ImageId[]): Message | undefined {
  const others = imagesOf(item).flatMap(([id, image]) =>
    image.state === 'ready' && !decided.includes(id) ? [image] : [],
  );
  if (others.length === 0) return undefined;
  const all = others.length + decided.length;
  const text = mrkdwn`You approved ${decided.length} of ${plural(all, 'waiting image')}. The ${others.length === 1 ? 'other one waits' : `other ${others.length} wait`} for ${joined(peopleBy(others), '; ')}.`;
  return message(text, [section(text)]);
}

/** `@dev (rule dev)`, each rule once. */
function peopleBy(images: readonly Image[]): readonly Mrkdwn[] {
  const byRule = new Map(images.map((image) => [image.rule?.name ?? 'none', image]));
  return [...byRule].slice(0, 5).map(([rule, image]) => mrkdwn`${approversOf(image)} (rule ${rule})`);
}
