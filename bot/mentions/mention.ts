import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { answerTo } from '../commands/answer.ts';
import { readSubcommand } from '../commands/subcommand.ts';
import type { ViewDeps } from '../deps.ts';
import { askListByText } from '../list/list-command.ts';
import type { Message } from '../messages/blocks.ts';
import { formOffered, listOffered } from '../messages/form-hint.ts';
import { answerInPlace } from '../slack/answer-in-place.ts';
import { mentionText } from './mention-text.ts';

type MentionArgs = SlackEventMiddlewareArgs<'app_mention'> & AllMiddlewareArgs;
type DirectArgs = SlackEventMiddlewareArgs<'message'> & AllMiddlewareArgs;

/** `@mirror nginx:1.27-alpine`, in a channel or a thread: the same words as behind the command, answered there. */
export async function mention(deps: ViewDeps, { body, client, context, event }: MentionArgs): Promise<void> {
  // An app that mentions us could be answered for ever.
  if (event.bot_id !== undefined || event.user === undefined) return;
  await answerSaid(deps, client, {
    user: event.user,
    workspace: body.team_id,
    channel: event.channel,
    thread: event.thread_ts,
    text: mentionText(event.text, context.botUserId),
    trigger: body.event_id,
  });
}

/** A direct message to the app is a command as well. */
export async function directMessage(
  deps: ViewDeps,
  { body, client, context, event }: DirectArgs,
): Promise<void> {
  if (event.channel_type !== 'im' || event.subtype !== undefined || event.bot_id !== undefined) return;
  await answerSaid(deps, client, {
    user: event.user,
    workspace: body.team_id,
    channel: event.channel,
    thread: event.thread_ts,
    text: mentionText(event.text ?? '', context.botUserId),
    trigger: body.event_id,
  });
}

interface Said {
  readonly user: string;
  readonly workspace: string;
  readonly channel: string;
  readonly thread: string | undefined;
  readonly text: string;
  /** Slack sends an event again that was not acknowledged: its id is the same, so it meets its own request. */
  readonly trigger: string;
}

async function answerSaid(deps: ViewDeps, client: MentionArgs['client'], said: Said): Promise<void> {
  const { channel, thread, user } = said;
  const answer = await answerOf(deps, said);
  const place = { user, channel, ...(thread !== undefined && { thread }) };
  if (await answerInPlace(client, place, answer)) return;
  deps.log('warn', 'a mention could not be answered', { user, channel });
}

function answerOf(deps: ViewDeps, said: Said): Promise<Message> | Message {
  const wanted = readSubcommand(said.text);
  if (wanted.kind === 'form') return formOffered();
  const command = {
    team_id: said.workspace,
    user_id: said.user,
    channel_id: said.channel,
    channel_name: '',
    trigger_id: said.trigger,
  };
  if (wanted.kind === 'list') {
    return wanted.text === '' ? listOffered() : askListByText(deps, command, wanted.text);
  }
  return answerTo(deps, command, wanted);
}
