import type { Approval } from './approval.ts';
import type { Image } from './image.ts';
import type { People, RecordedRule } from './recorded-rule.ts';
import type { RequestItem } from './request.ts';

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
  const entitled = rule && entitledBy(approversNow(image), actor);
  if (!rule || !entitled) return { may: false, why: 'not an approver' };
  if (actor.id === item.requester && !rule.selfApproval) return { may: false, why: 'own request' };
  if (image.approvals.some(({ by }) => by === actor.id)) return { may: false, why: 'already approved' };
  return { may: true, ...entitled };
}

/** May this person let the image in alone? Their own request too: that is what the list and the review are for. */
export function glassAuthority(image: Image, actor: Actor): Authority {
  const entitled = image.rule?.breakGlass && entitledBy(image.rule.breakGlass, actor);
  return entitled ? { may: true, ...entitled } : { may: false, why: 'not an approver' };
}

/** May this AWS identity decide the image by `mirror decide`? As the member it stands for, never their own request. */
export function commandAuthority(
  item: RequestItem,
  image: Image,
  arn: string,
): { readonly may: true; readonly by: string } | Extract<Authority, { may: false }> {
  const by = image.rule?.byCommand?.find((each) => each.arn === arn)?.user;
  if (by === undefined) return { may: false, why: 'not an approver' };
  if (by === item.requester && !image.rule?.selfApproval) return { may: false, why: 'own request' };
  if (image.approvals.some((each) => each.by === by)) return { may: false, why: 'already approved' };
  return { may: true, by };
}

/** Who may decide at this moment: the rule's approvers, and those that were asked as well when they stayed silent. */
export function approversNow({ rule, reminders }: Image): People {
  const { users = [], userGroups = [] } = rule?.approvers ?? {};
  const more = rule?.escalateTo;
  if (!more || !reminders?.some(({ as, saidAt }) => as === 'escalation' && saidAt !== undefined)) {
    return { users, userGroups };
  }
  return {
    users: [...new Set([...users, ...more.users])],
    userGroups: [...new Set([...userGroups, ...more.userGroups])],
  };
}

/** Do the recorded approvals satisfy the recorded rule? Asked again before the first byte moves. */
export function approvalsFit(item: RequestItem, image: Image): boolean {
  const { rule, approvals } = image;
  if (!rule || !image.targetDigest) return false;
  if (rule.decision === 'auto') return true;
  const people = new Set(approvals.map(({ by }) => by));
  if (people.size !== approvals.length) return false;
  const entitled = approvals.every(
    (approval) =>
      isBroken(rule, approval) ||
      ((isEntitled(approversNow(image), approval) || isByCommand(rule, approval)) &&
        (approval.by !== item.requester || rule.selfApproval)),
  );
  return entitled && (people.size >= rule.approvals || approvals.some((each) => isBroken(rule, each)));
}

/** By name, or by which group; undefined = not at all. */
export function entitledBy(
  { userGroups, users }: People,
  actor: Actor,
): { readonly group?: string } | undefined {
  if (users.includes(actor.id)) return {};
  const group = userGroups.find((id) => actor.groups.includes(id));
  return group === undefined ? undefined : { group };
}

/** Does a decision on record fit these people? One by `mirror decide` stands on its own list. */
export const isEntitled = (
  { userGroups, users }: People,
  { arn, by, group }: Pick<Approval, 'arn' | 'by' | 'group'>,
): boolean =>
  arn === undefined && (users.includes(by) || (group !== undefined && userGroups.includes(group.id)));

const isBroken = ({ breakGlass }: RecordedRule, approval: Approval): boolean =>
  approval.glass === true && breakGlass !== undefined && isEntitled(breakGlass, approval);

const isByCommand = ({ byCommand = [] }: RecordedRule, { arn, by }: Approval): boolean =>
  arn !== undefined && byCommand.some((each) => each.arn === arn && each.user === by);
