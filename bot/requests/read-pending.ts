import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { ViewDeps } from '../deps.ts';
import { decidersOf, waitingIn, waitsFor } from './waits-for.ts';

/** What waits for people, soonest end first. */
export interface Pending {
  readonly forMe: readonly RequestItem[];
  readonly forOthers: readonly RequestItem[];
  /** Slack did not tell the members of some group: what waits for this person may be among the others. */
  readonly groupsUnknown: boolean;
  /** Not all were read. */
  readonly more: boolean;
}

export type PendingDeps = Pick<ViewDeps, 'finder' | 'directory' | 'now' | 'log'>;

interface Reader {
  readonly workspace: string;
  readonly user: string;
}

/** Decided on the items as they stand and on the groups as Slack says; throws StoreError. */
export async function readPending(deps: PendingDeps, { workspace, user }: Reader): Promise<Pending> {
  const { items, more } = await deps.finder.open(workspace);
  const now = deps.now();
  const waiting = items.filter((item) => waitingIn(item, now).length > 0);
  const groups = await groupsIn(deps, user, waiting);
  const person = { id: user, groups: groups ?? [] };
  const isForMe = (item: RequestItem): boolean => waitsFor(item, person, now);
  const sorted = waiting.toSorted((a, b) => endOf(a) - endOf(b));
  return {
    forMe: sorted.filter(isForMe),
    forOthers: sorted.filter((item) => !isForMe(item)),
    groupsUnknown: groups === undefined,
    more,
  };
}

/** Which of the groups that may decide something here the person is in; undefined where Slack does not say. */
async function groupsIn(
  deps: PendingDeps,
  user: string,
  items: readonly RequestItem[],
): Promise<readonly string[] | undefined> {
  const now = deps.now();
  const all = items.flatMap((item) => waitingIn(item, now).flatMap((image) => decidersOf(image).userGroups));
  try {
    return await deps.directory.groupsOf(user, [...new Set(all)].slice(0, GROUPS_MAX));
  } catch (error) {
    deps.log('warn', "a user group's members are not known", { error });
    return undefined;
  }
}

/** Slack answers about 20 questions for a group's members a minute (tier 2); answers are kept for a while. */
const GROUPS_MAX = 10;

const endOf = (item: RequestItem): number =>
  Math.min(...imagesOf(item).map(([, { expiresAt = Number.MAX_SAFE_INTEGER }]) => expiresAt));
