import type { WebClient } from '@slack/web-api';

export type MemberKind = 'full' | 'not full';

/** When a user group was last changed, and by whom. */
export interface GroupChange {
  /** Epoch ms. */
  readonly at: number;
  readonly by?: string;
}

/** Who people are, as Slack says at the moment of a click. Every function throws where Slack does not answer. */
export interface Directory {
  /** Guests, apps, deactivated people and strangers from other workspaces are not full members. */
  memberKind(user: string, workspace: string): Promise<MemberKind>;
  /** Which of the groups the person is in. */
  groupsOf(user: string, groups: readonly string[]): Promise<readonly string[]>;
  /** The last change of each of these groups, as far as Slack knows one. */
  groupChanges(groups: readonly string[]): Promise<Readonly<Record<string, GroupChange>>>;
}

/** Slack allows about 20 usergroups.users.list a minute (tier 2); a member taken out of a group may decide this long. */
const GROUP_CACHE_MS = 60_000;

export function slackDirectory(web: WebClient, now: () => number): Directory {
  const members = cached(now, async (group: string) => {
    const answer = await web.usergroups.users.list({ usergroup: group });
    return answer.users ?? [];
  });
  // https://docs.slack.dev/reference/methods/usergroups.list: date_update in seconds, updated_by a member.
  const changes = cached(now, async (_all: 'all') => {
    const answer = await web.usergroups.list({ include_disabled: true });
    return new Map(
      (answer.usergroups ?? []).flatMap(({ date_update, id, updated_by: by }) =>
        id === undefined || !date_update
          ? []
          : [[id, { at: date_update * 1000, ...(by && { by }) }] as const],
      ),
    );
  });
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
    groupChanges: async (groups) => {
      const all = await changes('all');
      return Object.fromEntries(
        groups.flatMap((id) => {
          const change = all.get(id);
          return change ? [[id, change]] : [];
        }),
      );
    },
  };
}

/** One answer a key for a minute; a failure is not remembered: the next click asks again. */
function cached<K, T>(now: () => number, ask: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const cache = new Map<K, { readonly until: number; readonly answer: Promise<T> }>();
  return (key) => {
    const known = cache.get(key);
    if (known && known.until > now()) return known.answer;
    const answer = ask(key);
    cache.set(key, { until: now() + GROUP_CACHE_MS, answer });
    answer.catch(() => {
      if (cache.get(key)?.answer === answer) cache.delete(key);
    });
    return answer;
  };
}
