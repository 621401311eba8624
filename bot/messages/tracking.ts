import type { Image } from '../../core/request/image.ts';
import { code, joined, type Mrkdwn, mrkdwn } from './mrkdwn.ts';

/** On the card: whether anybody looks at the tag again, so that an approver knows what a yes begins. */
export function trackingLine({ source, tracking }: Image): readonly Mrkdwn[] {
  if (!tracking) return [];
  const { on, schedules } = tracking;
  if (!on) {
    const why =
      source.digest === undefined
        ? 'not tracked: nobody looks at this tag again'
        : 'by digest, which never changes';
    return [mrkdwn`*Kept fresh*  ${why}`];
  }
  if (schedules.length === 0) return [mrkdwn`*Kept fresh*  tracked; no schedule looks at it yet`];
  const names = joined(schedules.slice(0, 3).map(code), ', ');
  return [mrkdwn`*Kept fresh*  tracked: ${names} asks again when ${code(source.tag ?? 'latest')} changes`];
}
