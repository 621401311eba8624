import type { Image } from '../../core/request/request.ts';
import { group, joined, type Mrkdwn, mrkdwn, user } from './mrkdwn.ts';

/** Who may decide, as mentions. */
export function approversOf(image: Image): Mrkdwn {
  const { users = [], userGroups = [] } = image.rule?.approvers ?? {};
  const all = [...userGroups.map(group), ...users.map(user)];
  return all.length ? joined(all, ', ') : mrkdwn`nobody: the rule names no approvers`;
}
