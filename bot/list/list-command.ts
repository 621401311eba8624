import type { Command } from '../commands/ask.ts';
import { parseCommandText } from '../commands/command-text.ts';
import type { CommandArgs } from '../commands/mirror.ts';
import type { BotDeps, ViewDeps } from '../deps.ts';
import { renderChoice } from '../form/render-choice.ts';
import { whereTyped } from '../form/where.ts';
import type { Message } from '../messages/blocks.ts';
import { formNotOpened } from '../messages/form-hint.ts';
import { badLinesText, renderBadList, renderListAsked } from '../messages/list-asked.ts';
import { teamHere } from '../requests/team-here.ts';
import { askList } from './ask-list.ts';
import { type ListReading, readList } from './read-list.ts';
import { renderList } from './render-list.ts';

/** Whether a text is no command for one image but several lines of them. */
export const isSeveral = (text: string): boolean => {
  const { kind } = parseCommandText(text);
  return kind === 'list' || kind === 'choose';
};

/**
 * `/mirror list`, alone or with the lines behind it, and a Dockerfile or compose file. A list without mistakes is asked for
 * at once; else a dialog opens with the text in it, so that nothing is typed twice. A file's images are offered for choice.
 */
export async function listCommand(
  deps: ViewDeps,
  { ack, client, command }: CommandArgs,
  text: string,
): Promise<void> {
  const { config } = deps;
  const team = teamHere(config, command.channel_id);
  const place = { channel: command.channel_id };
  const parsed = parseCommandText(text);
  const reading = readList({ config, configHash: deps.configHash, team }, text);
  const isFile = parsed.kind === 'choose' && reading.lines.length > 0;
  if (parsed.kind !== 'nothing' && !isFile && reading.bad.length === 0 && reading.lines.length > 0) {
    await ack(await askReading(deps, command, reading));
    return;
  }
  const view = isFile
    ? renderChoice({
        place,
        entries: reading.lines.map(({ entry }) => entry),
        left: reading.bad.map(({ problem }) => problem).slice(0, 5),
      })
    : renderList({
        place,
        text: parsed.kind === 'nothing' ? '' : text,
        ...(reading.bad.length > 0 && { note: badLinesText(reading.bad) }),
      });
  try {
    await client.views.open({ trigger_id: command.trigger_id, view });
    await ack();
  } catch (error) {
    deps.log('warn', 'the form of a list did not open', { error });
    await ack(reading.bad.length > 0 ? renderBadList(reading) : formNotOpened());
  }
}

/** Where no dialog can be opened (a mention): a list with a mistake is told, and nothing of it is asked for. */
export async function askListByText(deps: BotDeps, command: Command, text: string): Promise<Message> {
  const team = teamHere(deps.config, command.channel_id);
  const reading = readList({ config: deps.config, configHash: deps.configHash, team }, text);
  if (reading.bad.length > 0 || reading.lines.length === 0) return renderBadList(reading);
  return askReading(deps, command, reading);
}

async function askReading(deps: BotDeps, command: Command, reading: ListReading): Promise<Message> {
  const parts = await askList(deps, {
    workspace: command.team_id,
    user: command.user_id,
    channel: command.channel_id,
    trigger: command.trigger_id,
    team: teamHere(deps.config, command.channel_id),
    reading,
  });
  const where = whereTyped(deps.config, command);
  return renderListAsked({ parts, reading, where, paused: deps.config.paused });
}
