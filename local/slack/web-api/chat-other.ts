import { textAt } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import { app } from '../workspace/seeds.ts';
import { type Method, requiredText, requireScope } from './call.ts';
import { ownConversation, visibleConversation } from './channels.ts';

/** https://docs.slack.dev/reference/methods/chat.delete: an app deletes only what it posted. */
export const deleteMessage: Method = (args, context) => {
  requireScope('chat:write', context);
  const conversation = ownConversation(context.workspace, requiredText(args, 'channel'));
  const message = conversation.messages.get(requiredText(args, 'ts'));
  if (!message) throw new Refusal('message_not_found');
  if (message.user !== app.user) throw new Refusal('cant_delete_message');
  context.workspace.commit({ kind: 'deleted', channel: conversation.id, ts: message.ts });
  return { ok: true, channel: conversation.id, ts: message.ts };
};

/** https://docs.slack.dev/reference/methods/chat.getPermalink; the address leads to the page. */
export const getPermalink: Method = (args, context) => {
  const conversation = visibleConversation(context.workspace, textAt(args, 'channel'));
  const message = conversation.messages.get(requiredText(args, 'message_ts'));
  if (!message) throw new Refusal('message_not_found');
  const thread =
    message.thread_ts === undefined ? '' : `?thread_ts=${message.thread_ts}&cid=${conversation.id}`;
  const permalink = `${context.origin}/archives/${conversation.id}/p${message.ts.replace('.', '')}${thread}`;
  return { ok: true, channel: conversation.id, permalink };
};
