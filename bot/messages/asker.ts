import type { RequestItem } from '../../core/request/request.ts';
import { code, type Mrkdwn, mrkdwn, user } from './mrkdwn.ts';

/** Who asks: a person, or the schedule whose run it is, with who had it run where somebody did. */
export function askerOf({ requester, schedule }: Pick<RequestItem, 'requester' | 'schedule'>): Mrkdwn {
  if (requester !== undefined) return user(requester);
  if (!schedule) return mrkdwn`Somebody`;
  const name = mrkdwn`Schedule ${code(schedule.name)}`;
  return schedule.by === undefined ? name : mrkdwn`${name}, run by ${user(schedule.by)},`;
}
