import type { JsonObject } from '../json-object.ts';
import { textAt } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import type { Message } from '../workspace/record.ts';
import { app } from '../workspace/seeds.ts';
import type { Conversation } from '../workspace/state.ts';
import { type ApiContext, flag, type Method, page, requireScope } from './call.ts';
import { openDirectMessages, ownConversation, scopeFamily, visibleConversation } from './channels.ts';
import { listedMessage } from './message-json.ts';

/** https://docs.slack.dev/reference/methods/conversations.info */
export const info: Method = (args, context) => {
  const conversation = visibleConversation(context.workspace, textAt(args, 'channel'));
  requireScope(`${scopeFamily(conversation)}:read`, context);
  return { ok: true, channel: conversationJson(conversation) };
};

/** https://docs.slack.dev/reference/methods/conversations.members */
export const members: Method = (args, context) => {
  const conversation = visibleConversation(context.workspace, textAt(args, 'channel'));
  requireScope(`${scopeFamily(conversation)}:read`, context);
  const listed = page([...conversation.members], args, { standard: 100, most: 1000 });
  return { ok: true, members: listed.items, ...listed.metadata };
};

/** https://docs.slack.dev/reference/methods/conversations.join: public channels only. */
export const join: Method = (args, context) => {
  requireScope('channels:join', context);
  const { workspace } = context;
  const conversation = visibleConversation(workspace, textAt(args, 'channel'));
  if (conversation.is_private) throw new Refusal('method_not_supported_for_channel_type');
  if (conversation.is_archived) throw new Refusal('is_archived');
  if (conversation.members.has(app.user))
    return {
      ok: true,
      channel: conversationJson(conversation),
      warning: 'already_in_channel',
      response_metadata: { warnings: ['already_in_channel'] },
    };
  workspace.commit({ kind: 'joined', channel: conversation.id, user: app.user });
  return { ok: true, channel: conversationJson(conversation) };
};

/** https://docs.slack.dev/reference/methods/conversations.open: direct messages with one person. */
export const open: Method = (args, context) => {
  requireScope('im:write', context);
  const { workspace } = context;
  const asked = (textAt(args, 'users') ?? '').split(',').filter((user) => user !== '');
  const known = textAt(args, 'channel');
  if (known !== undefined) {
    const conversation = visibleConversation(workspace, known);
    if (!conversation.is_im) throw new Refusal('method_not_supported_for_channel_type');
    return { ok: true, channel: { id: conversation.id } };
  }
  if (asked.length === 0) throw new Refusal('users_list_not_supplied');
  // Group direct messages are not part of this stand-in, and the scope for them is not granted.
  if (asked.length > 1) requireScope('mpim:write', context);
  const person = workspace.people.get(asked[0] ?? '');
  if (!person) throw new Refusal('user_not_found');
  if (person.deleted) throw new Refusal('user_disabled');
  return { ok: true, channel: { id: openDirectMessages(workspace, person.id).id } };
};

/** https://docs.slack.dev/reference/methods/conversations.history: newest first, without the replies. */
export const history: Method = (args, context) => {
  const conversation = readable(args, context);
  const parents = [...conversation.messages.values()].filter((message) => message.thread_ts === undefined);
  return messagePage(parents.reverse(), { args, conversation, standard: 100, most: 999 });
};

/** https://docs.slack.dev/reference/methods/conversations.replies: the parent, then its replies, oldest first. */
export const replies: Method = (args, context) => {
  const conversation = readable(args, context);
  const named = conversation.messages.get(textAt(args, 'ts') ?? '');
  if (!named) throw new Refusal('thread_not_found');
  const parentTs = named.thread_ts ?? named.ts;
  const thread = [...conversation.messages.values()].filter(
    (message) => message.ts === parentTs || message.thread_ts === parentTs,
  );
  return messagePage(thread, { args, conversation, standard: 1000, most: 1000 });
};

function readable(args: JsonObject, context: ApiContext): Conversation {
  const conversation = ownConversation(context.workspace, textAt(args, 'channel'));
  requireScope(`${scopeFamily(conversation)}:history`, context);
  return conversation;
}

function messagePage(
  messages: readonly Message[],
  request: {
    readonly args: JsonObject;
    readonly conversation: Conversation;
    readonly standard: number;
    readonly most: number;
  },
): JsonObject {
  const { args, conversation } = request;
  const oldest = bound(args, 'oldest');
  const latest = bound(args, 'latest');
  const edge = flag(args, 'inclusive');
  const within = messages.filter(({ ts }) => {
    const afterOldest = oldest === undefined || ts > oldest || (edge && ts === oldest);
    const beforeLatest = latest === undefined || ts < latest || (edge && ts === latest);
    return afterOldest && beforeLatest;
  });
  const listed = page(within, args, request);
  const includeAllMetadata = flag(args, 'include_all_metadata');
  return {
    ok: true,
    messages: listed.items.map((message) =>
      listedMessage(message, {
        replies: [...conversation.messages.values()].filter((other) => other.thread_ts === message.ts),
        includeAllMetadata,
      }),
    ),
    has_more: listed.has_more,
    ...listed.metadata,
  };
}

/** A ts, or any number of seconds: "1700000000" is as good as "1700000000.000000". */
function bound(args: JsonObject, key: 'oldest' | 'latest'): string | undefined {
  const value = args[key];
  if (value === undefined || value === '' || value === 'now') return undefined;
  const [, seconds, micros = ''] = /^(\d+)(?:\.(\d{1,6}))?$/.exec(String(value)) ?? [];
  if (seconds === undefined) throw new Refusal(`invalid_ts_${key}`);
  return `${seconds.padStart(10, '0')}.${micros.padEnd(6, '0')}`;
}

function conversationJson(conversation: Conversation): JsonObject {
  const { id, name, is_private, is_im, is_archived } = conversation;
  const is_member = conversation.members.has(app.user);
  if (is_im) {
    const user = [...conversation.members].find((member) => member !== app.user);
    return { id, is_im: true, is_archived, is_open: true, user };
  }
  return {
    id,
    name,
    name_normalized: name,
    is_channel: !is_private,
    is_group: is_private,
    is_im: false,
    is_mpim: false,
    is_private,
    is_archived,
    is_shared: false,
    is_ext_shared: conversation.is_ext_shared ?? false,
    is_member,
    num_members: conversation.members.size,
  };
}
