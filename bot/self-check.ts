import type { WebClient } from '@slack/web-api';
import type { Config } from '../core/config/schema.ts';
import {
  type BotCheck,
  type ChannelCheck,
  type GroupCheck,
  type PersonCheck,
  SCOPES,
} from '../core/health/bot-check.ts';
import { isLockedOut, type SlackAnswer, settleCall } from './slack/errors.ts';

/** A place of the configuration that names something of Slack's. */
interface Named {
  readonly id: string;
  /** `teams[0].channels`, as one would look for it. */
  readonly of: string;
}

/** People beyond this many are not asked about one by one. */
const PEOPLE_MAX = 50;

export interface SelfCheck {
  readonly web: WebClient;
  readonly config: Config;
  readonly now: () => number;
}

/** Asks Slack what the app may do and where it stands: scopes, channels, groups and people that the configuration names. */
export async function checkSelf({ web, config, now }: SelfCheck): Promise<BotCheck> {
  const at = now();
  const auth = await settleCall(() => web.auth.test());
  const nothing = { scopes: { granted: [], missing: [] }, channels: [], groups: [], people: [] };
  if (auth.kind !== 'ok') return { at, lockedOut: whyOf(auth), ...nothing };
  const granted = auth.value.response_metadata?.scopes ?? [];
  const missing = Object.keys(SCOPES).filter((scope) => !granted.includes(scope));
  // One after the other: it is asked seldom, and nobody waits for it.
  const channels: ChannelCheck[] = [];
  for (const named of channelsOf(config)) channels.push(await channelCheck(web, named));
  const groups: GroupCheck[] = [];
  for (const named of approversOf(config, 'userGroups')) groups.push(await groupCheck(web, named));
  const people: PersonCheck[] = [];
  for (const named of approversOf(config, 'users').slice(0, PEOPLE_MAX)) {
    people.push(await personCheck(web, named));
  }
  const { team_id: workspace } = auth.value;
  const where = workspace === undefined ? {} : { workspace };
  return { at, ...where, scopes: { granted, missing }, channels, groups, people };
}

async function channelCheck(web: WebClient, { id, of }: Named): Promise<ChannelCheck> {
  const answer = await settleCall(() => web.conversations.info({ channel: id }));
  if (answer.kind !== 'ok') {
    const why = whyOf(answer);
    return { id, of, standing: why === 'channel_not_found' ? 'not found' : 'unknown', why };
  }
  const { is_archived, is_member, is_private, name } = answer.value.channel ?? {};
  const standing = is_archived ? 'archived' : is_member ? 'member' : is_private ? 'not a member' : 'can join';
  return { id, of, standing, ...(name !== undefined && { name }) };
}

async function groupCheck(web: WebClient, { id, of }: Named): Promise<GroupCheck> {
  const answer = await settleCall(() => web.usergroups.users.list({ usergroup: id }));
  return answer.kind === 'ok'
    ? { id, of, members: answer.value.users?.length ?? 0 }
    : { id, of, why: whyOf(answer) };
}

async function personCheck(web: WebClient, { id, of }: Named): Promise<PersonCheck> {
  const answer = await settleCall(() => web.users.info({ user: id }));
  if (answer.kind !== 'ok') {
    const why = whyOf(answer);
    const gone = why === 'user_not_found';
    return { id, of, standing: gone ? 'not full' : 'unknown', why };
  }
  const person = answer.value.user;
  const less =
    !person ||
    person.deleted ||
    person.is_bot ||
    person.is_restricted ||
    person.is_ultra_restricted ||
    person.is_stranger;
  return { id, of, standing: less ? 'not full' : 'full' };
}

function whyOf(answer: Exclude<SlackAnswer<never>, { kind: 'ok' }>): string {
  switch (answer.kind) {
    case 'refused':
      return isLockedOut(answer.code) && answer.detail ? `${answer.code}, ${answer.detail}` : answer.code;
    case 'busy':
      return 'it asks to slow down';
    case 'unknown':
      return answer.detail;
    default:
      return answer satisfies never;
  }
}

/** Each channel once, with the place that needs it most. */
function channelsOf({ channels, teams }: Config): readonly Named[] {
  return once([
    { id: channels.default, of: 'channels.default' },
    ...(channels.ops === undefined ? [] : [{ id: channels.ops, of: 'channels.ops' }]),
    ...teams.flatMap((team, at) => team.channels.map((id) => ({ id, of: `teams[${at}].channels` }))),
  ]);
}

function approversOf({ rules, teams }: Config, kind: 'users' | 'userGroups'): readonly Named[] {
  return once([
    ...teams.flatMap(({ approvers }, at) =>
      approvers[kind].map((id) => ({ id, of: `teams[${at}].approvers.${kind}` })),
    ),
    ...rules.flatMap(({ approvers }, at) =>
      (approvers?.[kind] ?? []).map((id) => ({ id, of: `rules[${at}].approvers.${kind}` })),
    ),
    ...rules.flatMap(({ breakGlass, escalation }, at) => [
      ...(escalation?.to[kind] ?? []).map((id) => ({ id, of: `rules[${at}].escalation.to.${kind}` })),
      ...(breakGlass?.[kind] ?? []).map((id) => ({ id, of: `rules[${at}].breakGlass.${kind}` })),
    ]),
  ]);
}

const once = (list: readonly Named[]): readonly Named[] =>
  list.filter(({ id }, at) => list.findIndex((other) => other.id === id) === at);
