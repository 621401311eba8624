import type { KnownBlock } from '@slack/types';
import { shortDigest } from '../../core/oci/digest.ts';
import type { Image } from '../../core/request/image.ts';
import { section } from './blocks.ts';
import { code, codeBlock, type Mrkdwn, mrkdwn } from './mrkdwn.ts';

/** On the card: what becomes of a tag that stands there with another digest. None where it does not stand there. */
export function movedTagLines(image: Image): readonly Mrkdwn[] {
  const { alsoTag, moved, target, targetDigest } = image;
  if (!moved || !targetDigest) return alsoTag === undefined ? [] : [both(image, alsoTag)];
  const from = code(shortDigest(moved.from));
  const to = code(shortDigest(targetDigest));
  switch (moved.by) {
    case 'suffix':
      return [
        mrkdwn`*Tag*  ${code(moved.tag)} stands there with ${from} and stays; ${to} gets ${code(target.tag)}`,
        ...cannotMove(image),
      ];
    case 'move': {
      const also = alsoTag === undefined ? mrkdwn`` : mrkdwn`, and gets ${code(alsoTag)}, which stays`;
      return [mrkdwn`*Tag*  ${code(moved.tag)} moves from ${from} to ${to}${also}`];
    }
    default:
      return moved.by satisfies never;
  }
}

/** In the thread, once it is in ECR: which tag was used, and what Dockerfiles get now. */
export function taggedBlocks(image: Image): readonly KnownBlock[] {
  const { alsoTag, moved, target, targetDigest } = image;
  if (!targetDigest) return [];
  if (!moved) return alsoTag === undefined ? [] : [section(both(image, alsoTag))];
  const from = code(shortDigest(moved.from));
  const to = code(shortDigest(targetDigest));
  const setting = moved.cannotMove === undefined ? [] : settingBlocks(image, moved.cannotMove);
  switch (moved.by) {
    case 'suffix':
      return [
        section(
          mrkdwn`Tagged ${code(target.tag)} (${to}). Dockerfiles that name ${code(moved.tag)} still get the old digest, ${from}.`,
        ),
        ...setting,
      ];
    case 'move': {
      const also = alsoTag === undefined ? mrkdwn`` : mrkdwn` The new one also stays under ${code(alsoTag)}.`;
      return [
        section(
          mrkdwn`${code(moved.tag)} has moved from ${from} to ${to}: Dockerfiles that name it get the new one.${also} The old one can still be pulled by its digest.`,
        ),
      ];
    }
    default:
      return moved.by satisfies never;
  }
}

const both = ({ target }: Image, alsoTag: string): Mrkdwn =>
  mrkdwn`*Tag*  ${code(target.tag)}, which may move later, and ${code(alsoTag)}, which stays`;

function cannotMove({ moved, rule, target }: Image): readonly Mrkdwn[] {
  if (moved?.cannotMove === undefined) return [];
  return [
    mrkdwn`⚠ Rule ${rule?.name ?? ''} moves ${code(moved.tag)}, and the settings of ${code(target.repository)} do not let it; the thread has the setting that would`,
  ];
}

function settingBlocks({ moved, target }: Image, setting: string): readonly KnownBlock[] {
  const head = mrkdwn`⚠ ${code(moved?.tag ?? target.tag)} could not move: the settings of ${code(target.repository)} do not let it, and nothing of them was changed. Whoever runs the AWS account can let it move with:`;
  return setting.startsWith('aws ')
    ? [section(head), section(codeBlock(setting))]
    : [section(mrkdwn`⚠ ${setting}.`)];
}
