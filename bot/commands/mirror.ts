import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { targetOf, teamOf } from '../../core/config/naming.ts';
import { isSourceAllowed } from '../../core/config/rules.ts';
import type { Team } from '../../core/config/schema.ts';
import { familiarReference, parseReference, type Reference } from '../../core/oci/reference.ts';
import { type Failure, failures } from '../../core/request/failure.ts';
import { ID_MAX_LETTERS, ID_MIN_LETTERS, requestId, triggerHash } from '../../core/request/id.ts';
import { newRequest } from '../../core/request/new-request.ts';
import type { Entry, RequestItem } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import { inTime } from '../in-time.ts';
import { type Message, message, plain } from '../messages/blocks.ts';
import { renderHelp } from '../messages/help.ts';
import { channel, type Mrkdwn, mrkdwn } from '../messages/mrkdwn.ts';
import { kept, lookingUp, refusal } from '../messages/private.ts';
import { isDirect } from '../notifier/place.ts';
import { parseCommandText } from './command-text.ts';

/** `/mirror`: what can be judged from the text alone is judged here; one put, doorbell, ack. */
export async function mirrorCommand(
  deps: BotDeps,
  { command, ack }: SlackCommandMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  await ack(await answer(deps, command));
}

type Command = SlackCommandMiddlewareArgs['command'];

async function answer(deps: BotDeps, command: Command): Promise<Message> {
  const team = teamOf(deps.config, command.channel_id);
  if (!team) throw new Error('a configuration has at least one team');
  const parsed = parseCommandText(command.text);
  if (parsed.kind === 'help') return renderHelp(team, parsed.problem);
  const asked = readEntry(deps, team, parsed);
  if (!asked.ok) return refusal([asked.failure]);
  try {
    const request = { command, team, entry: asked.entry };
    const item = await inTime(putRequest(deps, request), CLICK_BUDGET_MS, undefined);
    if (!item) return unsure(asked.entry.source);
    await deps.bells.work(item.id);
    const { entry } = asked;
    const where = whereTo(deps, command);
    return (deps.config.paused ? kept : lookingUp)(entry.source, item.id, where);
  } catch (error) {
    // Longer where the short one was taken: what is logged is the one that was tried first.
    const id = requestId(hashOf(command), ID_MIN_LETTERS);
    deps.log('error', 'a request could not be stored', { requestId: id, error });
    return unsure(asked.entry.source);
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

type EntryResult =
  | { readonly ok: true; readonly entry: Entry }
  | { readonly ok: false; readonly failure: Failure };

function readEntry(
  deps: BotDeps,
  team: Team,
  typed: { readonly source: string; readonly target?: string; readonly platforms?: readonly string[] },
): EntryResult {
  const parsed = parseReference(typed.source);
  if (!parsed.ok) {
    const { message: text, at, suggestion } = parsed.problem;
    const { platforms = [] } = typed;
    const option = platforms.length > 0 ? `--platform ${platforms.join(',')}` : undefined;
    const command = suggestion && ['/mirror', suggestion, typed.target, option].filter(Boolean).join(' ');
    const failure = failures.badReference({
      text: typed.source,
      message: text,
      at,
      ...(command && { command }),
    });
    return { ok: false, failure };
  }
  const source = parsed.reference;
  if (!isSourceAllowed(deps.config, source)) {
    return { ok: false, failure: failures.hostNotAllowed({ source, allowed: deps.config.sources }) };
  }
  const target = targetOf(deps.config, { team, source, text: typed.target });
  const { platforms } = typed;
  const { ok } = target;
  return ok ? { ok, entry: { source, target: target.target, ...(platforms && { platforms }) } } : target;
}

const hashOf = (command: Command): string => triggerHash(`${command.team_id}/${command.trigger_id}`);

interface Asked {
  readonly command: Command;
  readonly team: Team;
  readonly entry: Entry;
}

/** The id comes from the trigger: a replayed command meets its own request, a collision takes a longer id. */
async function putRequest(deps: BotDeps, { command, team, entry }: Asked): Promise<RequestItem> {
  const hash = hashOf(command);
  for (let letters = ID_MIN_LETTERS; letters <= ID_MAX_LETTERS; letters += 1) {
    const item = newRequest({
      id: requestId(hash, letters),
      hash,
      workspace: command.team_id,
      requester: command.user_id,
      channel: command.channel_id,
      team: team.id,
      entries: { '1': entry },
      now: deps.now(),
      timing: deps.config.limits.timing,
    });
    if (await deps.requests.put(item)) return item;
    const other = await deps.requests.get(item.id);
    if (other?.hash === hash) return other;
  }
  throw new Error(`no free id for ${hash}`);
}
