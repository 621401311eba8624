import type { WebClient } from '@slack/web-api';

export type MemberKind = 'full' | 'not full';

/** Who people are, as Slack says at the moment of a click. Every function throws where Slack does not answer. */
export interface Directory {
  /** Guests, apps, deactivated people and strangers from other workspaces are not full members. */
  memberKind(user: string, workspace: string): Promise<MemberKind>;
  /** Which of the groups the person is in. */
  groupsOf(user: string, groups: readonly string[]): Promise<readonly string[]>;
}

/** Slack allows about 20 usergroups.users.list a minute (tier 2); a member taken out of a group may decide this long. */
const GROUP_CACHE_MS = 60_000;

export function slackDirectory(web: WebClient, now: () => number): Directory {
  const cache = new Map<string, { readonly until: number; readonly members: Promise<readonly string[]> }>();
  const members = (group: string): Promise<readonly string[]> => {
    const known = cache.get(group);
    if (known && known.until > now()) return known.members;
    const asked = web.usergroups.users.list({ usergroup: group }).then((answer) => answer.users ?? []);
    cache.set(group, { until: now() + GROUP_CACHE_MS, members: asked });
    // A failure is not remembered: the next click asks again.
    asked.catch(() => {
      if (cache.get(group)?.members === asked) cache.delete(group);
    });
    return asked;
  };
  return {
    memberKind: async (user, workspace) => {
      const { user: person } = await web.users.info({ user });
      const full =
        person !== undefined &&
        !person.deleted &&
        !person.is_bot &&
        !person.is_restricted &&
        !person.is_ultra_restricted &&
        !person.is_stranger &&
        person.team_id === workspace;
      return full ? 'full' : 'not full';
    },
    groupsOf: async (user, groups) => {
      const lists = await Promise.all(groups.map(members));
      return groups.filter((_, at) => lists[at]?.includes(user));
    },
  };
}
