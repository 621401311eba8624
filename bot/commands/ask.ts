import type { SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { BotDeps } from '../deps.ts';
import { whereTyped } from '../form/where.ts';
import { askListByText } from '../list/list-command.ts';
import { renderAsked, renderUnsure } from '../messages/asked.ts';
import type { Message } from '../messages/blocks.ts';
import { renderHelp } from '../messages/help.ts';
import { renderMistake, renderTypedRefusal } from '../messages/mistake.ts';
import { refusal } from '../messages/private.ts';
import { askFor } from '../requests/ask-for.ts';
import { type EntryResult, readEntry } from '../requests/read-entry.ts';
import { teamHere } from '../requests/team-here.ts';
import { type Asked, parseCommandText } from './command-text.ts';

/** Who asks where; a mention has these too. */
export type Command = Pick<
  SlackCommandMiddlewareArgs['command'],
  'team_id' | 'user_id' | 'channel_id' | 'channel_name' | 'trigger_id'
>;

/** `/mirror <source> [target]`: what can be judged from the text alone is judged here; one put, doorbell, answer. */
export async function askByCommand(deps: BotDeps, command: Command, text: string): Promise<Message> {
  const team = teamHere(deps.config, command.channel_id);
  const parsed = parseCommandText(text);
  switch (parsed.kind) {
    case 'nothing':
      return renderHelp(team);
    case 'mistake':
      return renderMistake(parsed.text, parsed.mistake);
    case 'list':
    case 'choose':
      return askListByText(deps, command, text);
    case 'mirror':
      break;
    default:
      return parsed satisfies never;
  }
  const read = readEntry(deps.config, team, parsed);
  if (!read.ok) return refusedEntry(parsed, read);
  const { entry } = read;
  const item = await askFor(deps, {
    workspace: command.team_id,
    user: command.user_id,
    channel: command.channel_id,
    trigger: command.trigger_id,
    team,
    entries: { '1': entry },
    ...(parsed.reason !== undefined && { reason: parsed.reason }),
    ...(parsed.dryRun && { dryRun: parsed.dryRun }),
  });
  if (!item) return renderUnsure([entry]);
  return renderAsked(item, { paused: deps.config.paused, where: whereTyped(deps.config, command) });
}

/** Told with a caret where the place in what was typed is known. */
function refusedEntry({ typed }: Asked, { failure, at, from }: Extract<EntryResult, { ok: false }>): Message {
  const span = at === 'to' ? { at: typed.to ?? 0, length: 0 } : typed[at];
  if (!span || ('translated' in span && span.translated)) return refusal([failure]);
  return renderTypedRefusal(failure, { text: typed.text, at: span.at + from });
}
