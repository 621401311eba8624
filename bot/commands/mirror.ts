import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { teamOf } from '../../core/config/naming.ts';
import type { BotDeps } from '../deps.ts';
import type { Message } from '../messages/blocks.ts';
import { renderHelp } from '../messages/help.ts';
import { askByCommand, type Command } from './ask.ts';
import { readSubcommand } from './subcommand.ts';

/** `/mirror`: the first word says what is wanted; each subcommand has a file of its own. */
export async function mirrorCommand(
  deps: BotDeps,
  { command, ack }: SlackCommandMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  await ack(await answer(deps, command));
}

function answer(deps: BotDeps, command: Command): Promise<Message> | Message {
  const team = teamOf(deps.config, command.channel_id);
  if (!team) throw new Error('a configuration has at least one team');
  const wanted = readSubcommand(command.text);
  switch (wanted.kind) {
    case 'mirror':
      return askByCommand(deps, command, wanted.text);
    case 'form':
    case 'help':
      return renderHelp(team);
    case 'wrong':
      return renderHelp(team, `${wanted.problem} Probably meant: ${wanted.meant}`);
    case 'status':
    case 'pending':
    case 'mine':
    case 'history':
    case 'cancel':
    case 'list':
      // Each gets its own file; until then they are images, as they were.
      return askByCommand(deps, command, command.text);
    default:
      return wanted satisfies never;
  }
}
