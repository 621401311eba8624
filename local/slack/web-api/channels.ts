import { Refusal } from '../refusal.ts';
import { app } from '../workspace/seeds.ts';
import { type Conversation, dmId } from '../workspace/state.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** A conversation the app can know of: a private channel without the app does not exist for it. */
export function visibleConversation(workspace: Workspace, id: string | undefined): Conversation {
  const found = id === undefined ? undefined : workspace.conversations.get(id);
  if (!found || (found.is_private && !found.members.has(app.user))) throw new Refusal('channel_not_found');
  return found;
}

/** One the app is a member of. */
export function ownConversation(workspace: Workspace, id: string | undefined): Conversation {
  const conversation = visibleConversation(workspace, id);
  if (!conversation.members.has(app.user)) throw new Refusal('not_in_channel');
  return conversation;
}

/** Where the app may post: its own, not archived; a person's id means their direct messages. */
export function postableConversation(workspace: Workspace, target: string | undefined): Conversation {
  const person = target === undefined ? undefined : workspace.people.get(target);
  if (person) {
    if (person.deleted) throw new Refusal('channel_not_found');
    return openDirectMessages(workspace, person.id);
  }
  const conversation = visibleConversation(workspace, target);
  if (conversation.is_archived) throw new Refusal('is_archived');
  return ownConversation(workspace, conversation.id);
}

export function openDirectMessages(workspace: Workspace, user: string): Conversation {
  const id = dmId(user);
  if (!workspace.conversations.has(id)) workspace.commit({ kind: 'dm_opened', user });
  const conversation = workspace.conversations.get(id);
  if (!conversation) throw new Error(`no conversation ${id}`);
  return conversation;
}

/** `channels`, `groups` or `im`: which of Slack's scope families guards it. */
export function scopeFamily(conversation: Conversation): string {
  if (conversation.is_im) return 'im';
  return conversation.is_private ? 'groups' : 'channels';
}
