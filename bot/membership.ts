import type { BotDeps } from './deps.ts';
import type { Sender } from './sender.ts';
import type { MemberKind } from './slack/directory.ts';

/** Whether somebody is a full member, as Slack says now; `not checked` where it does not answer. Never rejects. */
export async function membership(
  { directory, log }: Pick<BotDeps, 'directory' | 'log'>,
  { user, workspace }: Sender,
): Promise<MemberKind | 'not checked'> {
  try {
    return await directory.memberKind(user, workspace);
  } catch (error) {
    log('warn', 'Slack did not say who somebody is', { user, error });
    return 'not checked';
  }
}
