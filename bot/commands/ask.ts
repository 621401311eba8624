import type { SlackCommandMiddlewareArgs } from '@slack/bolt';
import { teamOf } from '../../core/config/naming.ts';
import { familiarReference, type Reference } from '../../core/oci/reference.ts';
import { ID_MIN_LETTERS, requestId } from '../../core/request/id.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import { inTime } from '../in-time.ts';
import { type Message, message, plain } from '../messages/blocks.ts';
import { renderHelp } from '../messages/help.ts';
import { channel, type Mrkdwn, mrkdwn } from '../messages/mrkdwn.ts';
import { kept, lookingUp, refusal } from '../messages/private.ts';
import { isDirect } from '../notifier/place.ts';
import { hashOf, putRequest } from '../requests/put-request.ts';
import { readEntry } from '../requests/read-entry.ts';
import { parseCommandText } from './command-text.ts';

export type Command = SlackCommandMiddlewareArgs['command'];

/** `/mirror <source> [target]`: what can be judged from the text alone is judged here; one put, doorbell, answer. */
export async function askByCommand(deps: BotDeps, command: Command, text: string): Promise<Message> {
  const team = teamOf(deps.config, command.channel_id);
  if (!team) throw new Error('a configuration has at least one team');
  const parsed = parseCommandText(text);
  if (parsed.kind === 'help') return renderHelp(team, parsed.problem);
  const read = readEntry(deps.config, team, parsed);
  if (!read.ok) return refusal([read.failure]);
  const { entry } = read;
  const asked = {
    workspace: command.team_id,
    user: command.user_id,
    channel: command.channel_id,
    trigger: command.trigger_id,
    team,
    entries: { '1': entry },
  };
  try {
    const item = await inTime(putRequest(deps, asked), CLICK_BUDGET_MS, undefined);
    if (!item) return unsure(entry.source);
    await deps.bells.work(item.id);
    const where = whereTo(deps, command);
    return (deps.config.paused ? kept : lookingUp)(entry.source, item.id, where);
  } catch (error) {
    // Longer where the short one was taken: what is logged is the one that was tried first.
    const id = requestId(hashOf(asked), ID_MIN_LETTERS);
    deps.log('error', 'a request could not be stored', { requestId: id, error });
    return unsure(entry.source);
  }
}

/** A write without an answer may have been done; if it was, the tick finds the request. */
function unsure(source: Reference): Message {
  const name = familiarReference(source);
  return message(`The database did not answer, so it is not sure whether ${name} was asked for.`, [
    plain(
      `The database did not answer, so it is not sure whether ${name} was asked for. If no request for it appears in two minutes, ask again: nothing is asked for twice.`,
    ),
  ]);
}

/** Whether the card can stand here is known only when it is posted; direct messages never show it to those who decide. */
function whereTo({ config }: BotDeps, { channel_id, channel_name }: Command): Mrkdwn {
  const other = channel(config.channels.default);
  if (isDirect(channel_id)) return mrkdwn`in ${other}`;
  return channel_name === 'privategroup'
    ? mrkdwn`here if this app is a member, else in ${other}`
    : mrkdwn`here`;
}
