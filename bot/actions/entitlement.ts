import { authority } from '../../core/request/policy.ts';
import { type ImageId, imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';
import type { ClickRefusal } from '../messages/clicks.ts';

/** Who clicked, where. */
export interface Click {
  readonly user: string;
  readonly workspace: string;
}

export type Entitlement =
  | {
      readonly may: true;
      readonly images: readonly ImageId[];
      /** The group that entitles the person, for each image where it is not their name. */
      readonly groups: Readonly<Record<ImageId, { readonly id: string }>>;
    }
  | { readonly may: false; readonly refusal: ClickRefusal };

/** A person as Slack describes them just now, asked before the item is decided on. */
export interface Person {
  readonly id: string;
  readonly groups: readonly string[];
  /** Slack did not tell the members of some group: who is entitled by name alone still is, nobody else. */
  readonly groupsUnknown?: boolean;
}

/** Looks the person up. Anything that cannot be answered is a no. */
export async function lookUp(deps: BotDeps, item: RequestItem, click: Click): Promise<Person | ClickRefusal> {
  if (click.workspace !== item.workspace) return { kind: 'not a full member' };
  const groups = [...new Set(imagesOf(item).flatMap(([, image]) => image.rule?.approvers.userGroups ?? []))];
  try {
    const [kind, answers] = await Promise.all([
      deps.directory.memberKind(click.user, item.workspace),
      Promise.allSettled(groups.map((group) => deps.directory.groupsOf(click.user, [group]))),
    ]);
    if (kind !== 'full') return { kind: 'not a full member' };
    const unknown = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    for (const error of unknown) {
      deps.log('error', "a user group's members are not known", { requestId: item.id, error });
    }
    const mine = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    return { id: click.user, groups: mine, ...(unknown.length > 0 && { groupsUnknown: true }) };
  } catch (error) {
    deps.log('error', 'authority could not be checked; the click was refused', { requestId: item.id, error });
    return { kind: 'not checked' };
  }
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
        allowed.flatMap(({ id, group }) => (group === undefined ? [] : [[id, { id: group }]])),
      ),
    };
  }
  const [why] = answers.flatMap((answer) => (answer.may ? [] : [answer]));
  if (why?.why === 'own request') return { may: false, refusal: { kind: 'own request', image: why.image } };
  if (why?.why === 'already approved') return { may: false, refusal: { kind: 'already approved' } };
  if (person.groupsUnknown) return { may: false, refusal: { kind: 'not checked' } };
  return { may: false, refusal: { kind: 'not an approver', image: first[1] } };
}
