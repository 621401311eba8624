import type { Image } from '../../core/request/image.ts';
import { approversNow } from '../../core/request/policy.ts';
import type { People } from '../../core/request/recorded-rule.ts';
import { releasersOf } from '../../core/request/releasing.ts';
import { group, joined, type Mrkdwn, mrkdwn, user } from './mrkdwn.ts';

/** More than these are counted: nobody reads a list of thirty people. */
const NAMED = 6;

/** Who may decide, as mentions, groups first. */
export const approversOf = (image: Image): Mrkdwn => peopleOf(approversNow(image));

/**
 * Who is asked, on a card: in quiet hours without naming anybody, since a name pings; who is named in the morning's line
 * is named on the card from then on.
 */
export function askedOf(image: Image): Mrkdwn {
  return isNight(image) ? mrkdwn`the approvers of rule ${image.rule?.name ?? 'none'}` : approversOf(image);
}

/** The same of an image that its scan holds back: who is asked to release it. */
export function releasersAsked(image: Image): Mrkdwn {
  return isNight(image)
    ? mrkdwn`whoever may release by rule ${image.rule?.name ?? 'none'}`
    : peopleOf(releasersOf(image));
}

const isNight = ({ reminders = [] }: Image): boolean =>
  reminders.some(({ as, saidAt }) => as === 'morning' && saidAt === undefined);

/** All of them, each once. */
export const together = (list: readonly People[]): People => ({
  users: [...new Set(list.flatMap(({ users }) => users))],
  userGroups: [...new Set(list.flatMap(({ userGroups }) => userGroups))],
});

export function peopleOf({ userGroups, users }: People): Mrkdwn {
  const all = [...userGroups.map(group), ...users.map(user)];
  if (all.length === 0) return mrkdwn`nobody: the rule names no approvers`;
  const more = all.length - NAMED;
  const named = joined(all.slice(0, NAMED), ', ');
  return more > 0 ? mrkdwn`${named} and ${more} more` : named;
}
