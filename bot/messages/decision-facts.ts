import type { Approval } from '../../core/request/approval.ts';
import type { Image, ImageId } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { group, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';

/** Under "waiting for": a group that changed, that more people were asked, and a question that is in the thread. */
export function besideWaiting(item: RequestItem, id: ImageId, image: Image): readonly Mrkdwn[] {
  const { reminders = [] } = image;
  const escalated = reminders.some(({ as, saidAt }) => as === 'escalation' && saidAt !== undefined);
  const question = item.events.findLast((event) => event.type === 'asked' && event.images.includes(id));
  return [
    ...groupChanges(image),
    ...(escalated ? [mrkdwn`nobody decided in time: more people were asked`] : []),
    ...(question?.type === 'asked' ? [mrkdwn`${user(question.by)} has asked something in the thread`] : []),
  ];
}

/** A group that was changed shortly before one of its members decided, with who changed it: once a group. */
export function groupChanges({ approvals }: Image): readonly Mrkdwn[] {
  const seen = new Set<string>();
  return approvals.flatMap(({ group: entitling }) => {
    if (entitling?.changedAt === undefined || seen.has(entitling.id)) return [];
    seen.add(entitling.id);
    return [changeLine({ ...entitling, changedAt: entitling.changedAt })];
  });
}

const changeLine = ({
  changedAt,
  changedBy,
  id,
}: NonNullable<Approval['group']> & { readonly changedAt: number }): Mrkdwn =>
  mrkdwn`⚠ ${group(id)} was changed ${time(changedAt)}${changedBy === undefined ? '' : mrkdwn` by ${user(changedBy)}`}`;

/** What is owed where one person let it in alone. */
export function reviewLine({ review }: Image): readonly Mrkdwn[] {
  if (!review) return [];
  const { confirmed } = review;
  return confirmed
    ? [mrkdwn`✓ reviewed by ${user(confirmed.by)}, ${time(confirmed.at)}`]
    : [mrkdwn`⚠ review owed: the glass was broken`];
}
