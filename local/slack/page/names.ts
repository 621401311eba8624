import type { WorkspaceState } from '../local-api.ts';

/** Ids as people read them. */
export interface Names {
  readonly now: number;
  /** Whom the page acts as: a mention of this person is highlighted. */
  readonly me: string | undefined;
  readonly app: WorkspaceState['app'] | undefined;
  user(id: string): string;
  channel(id: string): string;
  group(id: string): { readonly handle: string; readonly mine: boolean };
}

export function namesOf(workspace: WorkspaceState | undefined, me: string | undefined, now: number): Names {
  return {
    now,
    me,
    app: workspace?.app,
    user: (id) => {
      if (id === workspace?.app.user) return workspace.app.name;
      return workspace?.users.find((user) => user.id === id)?.real_name ?? id;
    },
    channel: (id) => workspace?.channels.find((channel) => channel.id === id)?.name ?? id,
    group: (id) => {
      const group = workspace?.user_groups.find((known) => known.id === id);
      const handle = (group?.handle ?? id).replace(/^@/, '');
      return { handle, mine: me !== undefined && group?.users.includes(me) === true };
    },
  };
}
