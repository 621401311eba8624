import type { ViewDeps } from '../deps.ts';
import type { Message } from '../messages/blocks.ts';
import { renderHelp, renderWrong } from '../messages/help.ts';
import { teamHere } from '../requests/team-here.ts';
import { askByCommand, type Command } from './ask.ts';
import { cancel } from './cancel.ts';
import { history } from './history.ts';
import { mine } from './mine.ts';
import { pending } from './pending.ts';
import { schedules } from './schedules.ts';
import { status } from './status.ts';
import type { Subcommand } from './subcommand.ts';
import { track } from './track.ts';

/** What a text can be answered with; the rest opens something and needs a trigger. */
export type Answerable = Exclude<Subcommand, { kind: 'form' | 'list' }>;

/** The private answer to a command or a mention. */
export function answerTo(deps: ViewDeps, command: Command, wanted: Answerable): Promise<Message> | Message {
  const viewer = { workspace: command.team_id, user: command.user_id, channel: command.channel_id };
  switch (wanted.kind) {
    case 'mirror':
      return askByCommand(deps, command, wanted.text);
    case 'help':
      return renderHelp(teamHere(deps.config, command.channel_id), wanted.topic);
    case 'wrong':
      return renderWrong(wanted);
    case 'status':
      return status(deps, viewer, wanted.of);
    case 'pending':
      return pending(deps, viewer);
    case 'mine':
      return mine(deps, viewer);
    case 'history':
      return history(deps, viewer, wanted.of);
    case 'cancel':
      return cancel(deps, viewer, wanted);
    case 'schedules':
      return schedules(deps, viewer);
    case 'track':
    case 'untrack':
      return track(deps, viewer, wanted);
    default:
      return wanted satisfies never;
  }
}
