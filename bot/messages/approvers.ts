import type { Image } from '../../core/request/request.ts';
import { group, joined, type Mrkdwn, mrkdwn, user } from './mrkdwn.ts';

/** More than these are counted: nobody reads a list of thirty people. */
const NAMED = 6;

/** Who may decide, as mentions, groups first. */
export function approversOf(image: Image): Mrkdwn {
  const { users = [], userGroups = [] } = image.rule?.approvers ?? {};
  const all = [...userGroups.map(group), ...users.map(user)];
  if (all.length === 0) return mrkdwn`nobody: the rule names no approvers`;
  const more = all.length - NAMED;
  const named = joined(all.slice(0, NAMED), ', ');
  return more > 0 ? mrkdwn`${named} and ${more} more` : named;
}
