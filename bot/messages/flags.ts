import { formatReference } from '../../core/oci/reference.ts';
import type { Image } from '../../core/request/image.ts';
import type { Flag } from '../../core/request/flags.ts';
import { type Mrkdwn, mrkdwn } from './mrkdwn.ts';

/** What an approver should stop at, in one line; nothing where there is nothing. */
export function flagLines(image: Image): readonly Mrkdwn[] {
  const flags = image.flags ?? [];
  if (flags.length === 0) return [];
  return [mrkdwn`⚠ ${flags.map((flag) => flagWords(flag, image)).join(' · ')}`];
}

function flagWords(flag: Flag, { source }: Image): string {
  switch (flag) {
    case 'moving tag':
      return `${source.tag ?? 'the tag'} means another image tomorrow; this one is pinned`;
    case 'new source': {
      const { tag: _, digest: __, ...bare } = source;
      return `first time that anybody asks for ${formatReference(bare)}`;
    }
    case 'not official':
      return 'no official image of Docker Hub';
    case 'very large':
      return 'very large';
    case 'very old':
      return 'very old';
    case 'unknown age':
      return 'it does not say when it was built';
    default:
      return flag satisfies never;
  }
}
