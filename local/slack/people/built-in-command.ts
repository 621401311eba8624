import { Refusal } from '../refusal.ts';
import { app } from '../workspace/seeds.ts';
import type { Conversation } from '../workspace/state.ts';
import type { Workspace } from '../workspace/workspace.ts';

/**
 * Slack's own commands that a person needs beside the app: `/invite @mirror`, `/remove @mirror`, `/archive`.
 * False when the command is none of them.
 */
export function builtInCommand(
  workspace: Workspace,
  conversation: Conversation,
  typed: { readonly command: string; readonly text: string },
): boolean {
  const channel = conversation.id;
  switch (typed.command) {
    case '/invite':
    case '/remove':
      if (typed.text !== `@${app.name}` && typed.text !== `<@${app.user}>`)
        throw new Refusal('user_not_found');
      if (conversation.is_im) throw new Refusal('method_not_supported_for_channel_type');
      workspace.commit({ kind: typed.command === '/invite' ? 'joined' : 'left', channel, user: app.user });
      return true;
    case '/archive':
      if (conversation.is_im) throw new Refusal('method_not_supported_for_channel_type');
      workspace.commit({ kind: 'archived', channel });
      return true;
    default:
      return false;
  }
}
