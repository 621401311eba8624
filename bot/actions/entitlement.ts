import type { Approval } from '../../core/request/approval.ts';
import type { Image, ImageId } from '../../core/request/image.ts';
import { approversNow, authority } from '../../core/request/policy.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';
import { inTime } from '../in-time.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { code, joined, mrkdwn } from '../messages/mrkdwn.ts';
import type { Sender } from '../sender.ts';
import type { GroupChange } from '../slack/directory.ts';

type Group = NonNullable<Approval['group']>;

export type Entitlement =
  | {
      readonly may: true;
      readonly images: readonly ImageId[];
      /** The group that entitles the person, for each image where it is not their name. */
      readonly groups: Readonly<Record<ImageId, Group>>;
    }
  | { readonly may: false; readonly refusal: ClickRefusal };

/** A person as Slack describes them just now, asked before the item is decided on. */
export interface Person {
  readonly id: string;
  readonly groups: readonly string[];
  /** Slack did not tell the members of some group: who is entitled by name alone still is, nobody else. */
  readonly groupsUnknown?: boolean;
  /** Groups that were changed within the last day, by whom: whoever reads the card is told. */
  readonly changes?: Readonly<Record<string, GroupChange>>;
}

/** A change of a group of approvers is named on the card for this long. */
const CHANGED_RECENTLY_MS = 86_400_000;

/** Looks the person up. Anything that cannot be answered is a no. */
export async function lookUp(
  deps: BotDeps,
  item: RequestItem,
  click: Sender,
): Promise<Person | ClickRefusal> {
  if (click.workspace !== item.workspace) return { kind: 'not a full member' };
  const groups = [...new Set(imagesOf(item).flatMap(([, image]) => groupsAsked(image)))];
  try {
    const [kind, changes, answers] = await Promise.all([
      deps.directory.memberKind(click.user, item.workspace),
      recentChanges(deps, item, groups),
      Promise.allSettled(groups.map((group) => deps.directory.groupsOf(click.user, [group]))),
    ]);
    if (kind !== 'full') return { kind: 'not a full member' };
    const unknown = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    for (const error of unknown) {
      deps.log('error', "a user group's members are not known", { requestId: item.id, error });
    }
    if (unknown.length > 0) {
      const named = joined(groups.map(code), ', ');
      deps.tellOps(
        'groups unknown',
        mrkdwn`⚠ Slack does not say who is in some group of approvers (${named}), so clicks of its members are refused. Whoever runs the mirror looks at the bot's log and at the app's scope usergroups:read. ${item.id} is one that waits for it.`,
      );
    }
    const mine = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    return {
      id: click.user,
      groups: mine,
      ...(unknown.length > 0 && { groupsUnknown: true }),
      ...(Object.keys(changes).length > 0 && { changes }),
    };
  } catch (error) {
    deps.log('error', 'authority could not be checked; the click was refused', { requestId: item.id, error });
    deps.tellOps(
      'people unknown',
      mrkdwn`⚠ Slack does not say who people are, so nobody can decide. Whoever runs the mirror looks at the bot's log and at the app's scope users:read. ${item.id} is one that waits for it.`,
    );
    return { kind: 'not checked' };
  }
}

/** Every group that can entitle somebody to something about the image. */
const groupsAsked = (image: Image): readonly string[] => [
  ...approversNow(image).userGroups,
  ...(image.rule?.gate?.releasers?.userGroups ?? []),
  ...(image.rule?.breakGlass?.userGroups ?? []),
];

/** The rest of the click's time is for what decides it. */
const CHANGES_BUDGET_MS = 500;

/** Told beside a decision and never a reason against it: where Slack does not say, nothing is said. */
async function recentChanges(
  deps: BotDeps,
  item: RequestItem,
  groups: readonly string[],
): Promise<Readonly<Record<string, GroupChange>>> {
  if (groups.length === 0) return {};
  try {
    const unknown: Readonly<Record<string, GroupChange>> = {};
    const changes = await inTime(deps.directory.groupChanges(groups), CHANGES_BUDGET_MS, unknown);
    const since = deps.now() - CHANGED_RECENTLY_MS;
    return Object.fromEntries(Object.entries(changes).filter(([, { at }]) => at > since));
  } catch (error) {
    deps.log('warn', 'it is not known when a user group was changed', { requestId: item.id, error });
    return {};
  }
}

/** Whether the person may decide the image, or has approved it already. */
export function hasSay(item: RequestItem, image: Image, person: Person): boolean {
  const answer = authority(item, image, person);
  return answer.may || answer.why === 'already approved';
}

/** The group that entitles, with its last change where that is recent. */
export function groupOf({ changes }: Person, id: string): Group {
  const change = changes?.[id];
  if (!change) return { id };
  return { id, changedAt: change.at, ...(change.by !== undefined && { changedBy: change.by }) };
}

/** Which waiting images the person may decide, or the reason why none. Pure. */
export function entitlement(item: RequestItem, person: Person): Entitlement {
  const waiting = imagesOf(item).filter(([, image]) => image.state === 'ready');
  const [first] = waiting;
  if (!first) return { may: false, refusal: { kind: 'decided', item } };
  const answers = waiting.map(([id, image]) => ({ id, image, ...authority(item, image, person) }));
  const allowed = answers.filter((answer) => answer.may);
  if (allowed.length > 0) {
    return {
      may: true,
      images: allowed.map(({ id }) => id),
      groups: Object.fromEntries(
        allowed.flatMap(({ id, group }) => (group === undefined ? [] : [[id, groupOf(person, group)]])),
      ),
    };
  }
  const [why] = answers.flatMap((answer) => (answer.may ? [] : [answer]));
  if (why?.why === 'own request') return { may: false, refusal: { kind: 'own request', image: why.image } };
  if (why?.why === 'already approved') return { may: false, refusal: { kind: 'already approved' } };
  if (person.groupsUnknown) return { may: false, refusal: { kind: 'not checked' } };
  return { may: false, refusal: { kind: 'not an approver', image: first[1] } };
}
