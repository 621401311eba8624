/**
 * The bot scopes that the app asks for, and no more: what it calls beyond them is answered `missing_scope`, as Slack does.
 * The history scopes are for finding our own message again after a lost answer; `chat:write.public` is not asked.
 * https://docs.slack.dev/reference/scopes
 */
export const grantedScopes: readonly string[] = [
  'app_mentions:read',
  'commands',
  'chat:write',
  'channels:join',
  'channels:read',
  'groups:read',
  'files:read',
  'channels:history',
  'groups:history',
  'im:history',
  'im:write',
  'usergroups:read',
  'users:read',
];
