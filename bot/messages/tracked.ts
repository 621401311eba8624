import type { Schedule } from '../../core/config/schema.ts';
import { shortDigest } from '../../core/oci/digest.ts';
import { familiarReference, type Reference } from '../../core/oci/reference.ts';
import type { Entry, Target } from '../../core/request/image.ts';
import { type Message, message, plain, section } from './blocks.ts';
import { code, joined, type Mrkdwn, mrkdwn } from './mrkdwn.ts';

type Pair = Pick<Entry, 'source' | 'target'>;

const placeOf = ({ repository, tag }: Target): string => `${repository}:${tag}`;
const names = (schedules: readonly Schedule[]): Mrkdwn =>
  joined(
    schedules.map(({ name }) => code(name)),
    ', ',
  );

export function renderTracked({ source, target }: Pair, schedules: readonly Schedule[]): Message {
  const what = familiarReference(source);
  const who =
    schedules.length > 0
      ? mrkdwn`Schedule ${names(schedules)} asks again when it changes.`
      : mrkdwn`No schedule looks below ${code(target.repository)} yet: whoever keeps mirror.config.json adds one ("tracked" in "schedules").`;
  return message(`${what} is tracked for ${placeOf(target)}.`, [
    section(mrkdwn`✓ ${code(what)} is tracked for ${code(placeOf(target))}. ${who}`),
  ]);
}

/** `named`: schedules that have the image in their own list, which this does not touch. */
export function renderUntracked({ source, target }: Pair, named: readonly Schedule[]): Message {
  const what = familiarReference(source);
  const rest =
    named.length > 0
      ? mrkdwn` Schedule ${names(named)} names it in mirror.config.json and looks at it all the same.`
      : mrkdwn``;
  return message(`${what} is not tracked any more for ${placeOf(target)}.`, [
    section(
      mrkdwn`✓ ${code(what)} is not tracked any more for ${code(placeOf(target))}. What stands in ECR stays. To look again: ${code(`/mirror track ${placeOf(target)}`)}.${rest}`,
    ),
  ]);
}

export function nothingTracked(target: Target): Message {
  return message(`${placeOf(target)} is not tracked.`, [
    plain(`${placeOf(target)} is not tracked: nothing was changed.`),
  ]);
}

export function notTrackable(source: Reference): Message {
  const { digest, ...named } = source;
  const short = `${familiarReference(named)}${digest ? `@${shortDigest(digest)}` : ''}`;
  return message(`${short} names a digest, which never changes.`, [
    section(mrkdwn`${code(short)} names a digest, which never changes. Name a tag to have it tracked.`),
  ]);
}
