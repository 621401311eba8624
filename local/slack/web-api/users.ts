import { textAt } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import { app, people, team } from '../workspace/seeds.ts';
import type { PersonState } from '../workspace/state.ts';
import { flag, type Method, requireScope } from './call.ts';

/** https://docs.slack.dev/reference/methods/users.info */
export const usersInfo: Method = (args, context) => {
  requireScope('users:read', context);
  const id = textAt(args, 'user');
  if (id === app.user) return { ok: true, user: appUserJson() };
  const person = id === undefined ? undefined : context.workspace.people.get(id);
  if (!person) throw new Refusal('user_not_found');
  return { ok: true, user: userJson(person) };
};

/** https://docs.slack.dev/reference/methods/usergroups.list */
export const userGroupsList: Method = (args, context) => {
  requireScope('usergroups:read', context);
  const withUsers = flag(args, 'include_users');
  const usergroups = [...context.workspace.groups.values()].map((group) => ({
    id: group.id,
    team_id: team.id,
    is_usergroup: true,
    name: group.name,
    handle: group.handle,
    description: '',
    date_create: 1_700_000_000,
    date_update: group.updatedAt ?? 1_700_000_000,
    date_delete: 0,
    updated_by: group.updatedBy ?? people[0]?.id,
    user_count: group.users.length,
    ...(withUsers ? { users: group.users } : {}),
  }));
  return { ok: true, usergroups };
};

/** https://docs.slack.dev/reference/methods/usergroups.users.list; a deactivated member may still be listed. */
export const userGroupsUsersList: Method = (args, context) => {
  requireScope('usergroups:read', context);
  const group = context.workspace.groups.get(textAt(args, 'usergroup') ?? '');
  if (!group) throw new Refusal('no_such_subteam');
  return { ok: true, users: group.users };
};

/** https://docs.slack.dev/reference/methods/auth.test */
export const authTest: Method = (_args, context) => ({
  ok: true,
  url: `${context.origin}/`,
  team: team.name,
  user: app.name,
  team_id: team.id,
  user_id: app.user,
  bot_id: app.bot,
  is_enterprise_install: false,
});

function userJson(person: PersonState): object {
  return {
    id: person.id,
    team_id: team.id,
    name: person.name,
    real_name: person.real_name,
    deleted: person.deleted ?? false,
    tz: 'Europe/Berlin',
    tz_label: 'Central European Time',
    tz_offset: 3600,
    profile: { real_name: person.real_name, display_name: person.name, team: team.id },
    is_admin: false,
    is_owner: false,
    is_restricted: person.is_restricted ?? false,
    is_ultra_restricted: false,
    is_bot: false,
    is_app_user: false,
    updated: 1_700_000_000,
  };
}

function appUserJson(): object {
  return {
    id: app.user,
    team_id: team.id,
    name: app.name,
    real_name: app.name,
    deleted: false,
    profile: { real_name: app.name, display_name: '', team: team.id, bot_id: app.bot, api_app_id: app.id },
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: true,
    is_app_user: false,
    updated: 1_700_000_000,
  };
}
