import { limits } from '../block-kit/limits.ts';
import { checkedBlocks } from '../interactions/respond.ts';
import { isObject, type JsonObject, textAt } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import type { MessageMetadata } from '../workspace/record.ts';
import { app } from '../workspace/seeds.ts';
import type { Conversation } from '../workspace/state.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { flag, type Method, requiredText, requireScope, structured } from './call.ts';
import { ownConversation, postableConversation } from './channels.ts';
import { appMessage } from './message-json.ts';

/** https://docs.slack.dev/reference/methods/chat.postMessage */
export const postMessage: Method = (args, context) => {
  requireScope('chat:write', context);
  const { workspace } = context;
  const conversation = postableConversation(workspace, requiredText(args, 'channel'));
  const ts = workspace.nextTs();
  const { text, truncated } = messageText(args);
  const blocks = checkedBlocks(structured(args, 'blocks'), ts);
  const metadata = parseMetadata(structured(args, 'metadata'));
  const message = {
    channel: conversation.id,
    ts,
    user: app.user,
    text,
    blocks,
    ...threadOf(args, conversation),
    ...(metadata === undefined || metadata === 'none' ? {} : { metadata }),
  };
  workspace.commit({ kind: 'posted', message });
  return {
    ok: true,
    channel: conversation.id,
    ts,
    message: { ...appMessage(message), ...(metadata === undefined ? {} : { metadata }) },
    ...(truncated ? { warning: 'message_truncated' } : {}),
  };
};

/** https://docs.slack.dev/reference/methods/chat.postEphemeral */
export const postEphemeral: Method = (args, context) => {
  requireScope('chat:write', context);
  const { workspace } = context;
  const user = requiredText(args, 'user');
  const conversation = postableConversation(workspace, requiredText(args, 'channel'));
  const person = workspace.people.get(user);
  if (!person || person.deleted || !conversation.members.has(user)) throw new Refusal('user_not_in_channel');
  const ts = workspace.nextTs();
  const { text } = messageText(args);
  const blocks = checkedBlocks(structured(args, 'blocks'), ts);
  workspace.commit({
    kind: 'whispered',
    ephemeral: { channel: conversation.id, ts, user, text, blocks, ...threadOf(args, conversation) },
  });
  return { ok: true, message_ts: ts };
};

/**
 * https://docs.slack.dev/reference/methods/chat.update: a text without blocks takes the blocks away, metadata stays until
 * an empty object comes, and only a change without blocks is shown as "edited".
 */
export const update: Method = (args, context) => {
  requireScope('chat:write', context);
  const { workspace } = context;
  const conversation = ownConversation(workspace, requiredText(args, 'channel'));
  const before = conversation.messages.get(requiredText(args, 'ts'));
  if (!before) throw new Refusal('message_not_found');
  if (before.user !== app.user) throw new Refusal('cant_update_message');
  if (isTooOld(before.ts, workspace)) throw new Refusal('edit_window_closed');
  if (conversation.is_archived) throw new Refusal('is_inactive');
  const sentBlocks = structured(args, 'blocks');
  const text = textAt(args, 'text');
  if (text === undefined && sentBlocks === undefined) throw new Refusal('no_text');
  if ((text ?? '').length > limits.updateText) throw new Refusal('msg_too_long');
  const sent = checkedBlocks(sentBlocks, `${before.ts}-${workspace.nextTs().slice(-6)}`);
  const metadata = parseMetadata(structured(args, 'metadata'));
  const { metadata: old, edited: _edited, ...rest } = before;
  const kept = metadata === undefined ? old : metadata === 'none' ? undefined : metadata;
  const message = {
    ...rest,
    text: text ?? before.text,
    blocks: sentBlocks === undefined && text === undefined ? before.blocks : sent,
    ...(kept === undefined ? {} : { metadata: kept }),
    ...(sent.length === 0 ? { edited: true } : {}),
  };
  workspace.commit({ kind: 'edited', message });
  return {
    ok: true,
    channel: conversation.id,
    ts: message.ts,
    text: message.text,
    message: { ...appMessage(message), ...(kept === undefined ? {} : { metadata: kept }) },
  };
};

/** "The message cannot be edited due to the team message edit settings". */
function isTooOld(ts: string, workspace: Workspace): boolean {
  const minutes = workspace.editMinutes();
  return minutes !== undefined && workspace.now() > Number(ts) * 1_000 + minutes * 60_000;
}

/**
 * Slack itself takes blocks without a text and warns; here that is `no_text`, because notifications and screen readers
 * would have nothing to say and the product promises them a sentence.
 */
function messageText(args: JsonObject): { readonly text: string; readonly truncated: boolean } {
  const text = textAt(args, 'text') ?? '';
  if (text === '') throw new Refusal('no_text');
  return { text: text.slice(0, limits.messageText), truncated: text.length > limits.messageText };
}

function threadOf(args: JsonObject, conversation: Conversation): { readonly thread_ts?: string } {
  const asked = textAt(args, 'thread_ts');
  if (asked === undefined || asked === '') return {};
  const parent = conversation.messages.get(asked);
  if (!parent) throw new Refusal('thread_not_found');
  if (flag(args, 'reply_broadcast')) throw new Refusal('invalid_arguments', unsupported('reply_broadcast'));
  // "Avoid using a reply's ts value; use its parent instead": Slack hangs it into the parent's thread.
  return { thread_ts: parent.thread_ts ?? parent.ts };
}

function unsupported(name: string): JsonObject {
  return { response_metadata: { messages: [`[ERROR] ${name} is not part of this stand-in`] } };
}

/** `none` is the empty object that takes metadata away. Values are flat: @slack/types MessageMetadataEventPayloadObject. */
function parseMetadata(value: unknown): MessageMetadata | 'none' | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw new Refusal('invalid_metadata_format');
  if (Object.keys(value).length === 0) return 'none';
  const { event_type, event_payload } = value;
  if (typeof event_type !== 'string' || event_type === '' || !isObject(event_payload))
    throw new Refusal('invalid_metadata_format');
  return { event_type, event_payload };
}
