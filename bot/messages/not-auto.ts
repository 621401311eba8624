import type { Image } from '../../core/request/image.ts';
import { code, type Mrkdwn, mrkdwn, time } from './mrkdwn.ts';

/** On the card: why people are asked although the rule lets in by itself. */
export function notAutoLines({ rule, source }: Image): readonly Mrkdwn[] {
  const { name, notAuto } = rule ?? {};
  if (!notAuto || name === undefined) return [];
  switch (notAuto.why) {
    case 'young':
      return [
        mrkdwn`*Rule*  ${code(name)} lets a digest in by itself once it has stood under ${code(source.tag ?? 'its tag')} for long enough: this one from ${time(notAuto.until)} on. Until then people decide`,
      ];
    case 'no patch':
      return [
        mrkdwn`*Rule*  ${code(name)} lets in by itself only patch versions of what stands in the repository; this is none`,
      ];
    default:
      return notAuto satisfies never;
  }
}
