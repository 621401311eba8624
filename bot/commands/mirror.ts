import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { ViewDeps } from '../deps.ts';
import { openForm } from '../form/open-form.ts';
import { isSeveral, listCommand } from '../list/list-command.ts';
import { formNotOpened } from '../messages/form-hint.ts';
import { stranger } from '../messages/stranger.ts';
import { answerTo } from './answer.ts';
import { readSubcommand } from './subcommand.ts';

export type CommandArgs = SlackCommandMiddlewareArgs & AllMiddlewareArgs;

/** `/mirror`: the first word says what is wanted; each subcommand has a file of its own. */
export async function mirrorCommand(deps: ViewDeps, args: CommandArgs): Promise<void> {
  const { ack, command, context } = args;
  // In a channel that is shared with another company its people can type commands too.
  if (context.teamId !== undefined && command.team_id !== context.teamId) return ack(stranger());
  const wanted = readSubcommand(command.text);
  switch (wanted.kind) {
    case 'form':
      return form(deps, args);
    case 'list':
      return listCommand(deps, args, wanted.text);
    case 'mirror':
      if (isSeveral(wanted.text)) return listCommand(deps, args, wanted.text);
      return ack(await answerTo(deps, command, wanted));
    default:
      return ack(await answerTo(deps, command, wanted));
  }
}

async function form(deps: ViewDeps, { ack, client, command }: CommandArgs): Promise<void> {
  const place = { channel: command.channel_id };
  const opened = await openForm(deps, { client, trigger: command.trigger_id }, { place });
  await ack(opened ? undefined : formNotOpened());
}
