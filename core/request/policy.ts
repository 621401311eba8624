import type { Image, RecordedRule, RequestItem } from './request.ts';

/** A person as the bot knows them at the moment of a click. */
export interface Actor {
  readonly id: string;
  /** The user groups of the rules in question that the person is in, as looked up just now. */
  readonly groups: readonly string[];
}

export type Authority =
  | { readonly may: true; readonly group?: string }
  | { readonly may: false; readonly why: 'not an approver' | 'own request' | 'already approved' };

/** May this person decide this image? Named people first, then the groups. */
export function authority(item: RequestItem, image: Image, actor: Actor): Authority {
  const { rule } = image;
  if (!rule) return { may: false, why: 'not an approver' };
  const { users, userGroups } = rule.approvers;
  const group = userGroups.find((id) => actor.groups.includes(id));
  if (!users.includes(actor.id) && group === undefined) return { may: false, why: 'not an approver' };
  if (actor.id === item.requester && !rule.selfApproval) return { may: false, why: 'own request' };
  if (image.approvals.some(({ by }) => by === actor.id)) return { may: false, why: 'already approved' };
  return users.includes(actor.id) || group === undefined ? { may: true } : { may: true, group };
}

/** Do the recorded approvals satisfy the recorded rule? Asked again before the first byte moves. */
export function approvalsFit(item: RequestItem, image: Image): boolean {
  const { rule, approvals } = image;
  if (!rule || !image.targetDigest) return false;
  if (rule.decision === 'auto') return true;
  const people = new Set(approvals.map(({ by }) => by));
  const entitled = approvals.every(
    ({ by, group }) => isEntitled(rule, by, group?.id) && (by !== item.requester || rule.selfApproval),
  );
  return entitled && people.size === approvals.length && people.size >= rule.approvals;
}

const isEntitled = (rule: RecordedRule, by: string, group: string | undefined): boolean =>
  rule.approvers.users.includes(by) || (group !== undefined && rule.approvers.userGroups.includes(group));
