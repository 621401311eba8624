import { respond } from '../interactions/respond.ts';
import { type JsonObject, textAt } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import { commandPayload } from '../socket/payload.ts';
import { app, commands, team } from '../workspace/seeds.ts';
import type { Conversation, PersonState } from '../workspace/state.ts';
import { builtInCommand } from './built-in-command.ts';
import { actingPerson, actor, answered, type Desk, seenConversation } from './desk.ts';
import { sendEvent } from './events.ts';
import { mentionsApp, storedText } from './mentions.ts';

/**
 * Somebody types into the message box: a slash command for the app, one of Slack's own, or a message.
 * A command that fails is also told to the person, as Slackbot does.
 */
export async function typeText(desk: Desk, request: JsonObject): Promise<JsonObject> {
  const person = actingPerson(desk, textAt(request, 'user'));
  const conversation = seenConversation(desk, person, textAt(request, 'channel'));
  const text = (textAt(request, 'text') ?? '').trim();
  if (text === '') throw new Refusal('no_text');
  if (conversation.is_archived) throw new Refusal('is_archived');
  if (!conversation.members.has(person.id)) throw new Refusal('not_in_channel');
  const thread = threadOf(conversation, textAt(request, 'thread_ts'));
  if (!text.startsWith('/')) return post(desk, { person, conversation, text, ...thread });
  if (thread.thread_ts !== undefined) return refuseInThread(desk, { person, conversation, text, ...thread });
  const [command = '', ...words] = text.split(' ');
  const rest = words.join(' ').trim();
  if (builtInCommand(desk.workspace, conversation, { command, text: rest })) return { ok: true };
  if (!commands.some((known) => known.command === command)) {
    tell(desk, { person, conversation, text: `${command} is not a valid command.` });
    throw new Refusal('invalid_command');
  }
  return sendCommand(desk, { person, conversation, command, text: rest });
}

interface Typed {
  readonly person: PersonState;
  readonly conversation: Conversation;
  readonly text: string;
  readonly thread_ts?: string;
}

/** A reply hangs on the thread's first message, whichever of its messages was named. */
function threadOf(conversation: Conversation, ts: string | undefined): { readonly thread_ts?: string } {
  if (ts === undefined) return {};
  const parent = conversation.messages.get(ts);
  if (!parent) throw new Refusal('thread_not_found');
  return { thread_ts: parent.thread_ts ?? parent.ts };
}

/** Slack's client does not send it: https://docs.slack.dev/interactivity/implementing-slash-commands */
function refuseInThread(desk: Desk, typed: Typed): never {
  const [command = ''] = typed.text.split(' ');
  tell(desk, { ...typed, text: `${command} is not supported in threads. Sorry!` });
  throw new Refusal('not_in_threads');
}

/** The app hears of what mentions it, and of direct messages to it. */
async function post(desk: Desk, typed: Typed): Promise<JsonObject> {
  const ts = desk.workspace.nextTs();
  const { conversation, person } = typed;
  const thread = typed.thread_ts === undefined ? {} : { thread_ts: typed.thread_ts };
  const text = storedText(desk.workspace, typed.text);
  const channel = conversation.id;
  desk.workspace.commit({
    kind: 'posted',
    message: { channel, ts, user: person.id, text, blocks: [], ...thread },
  });
  const said = { user: person.id, text, ts, channel, event_ts: ts, team: team.id, ...thread };
  if (conversation.is_im) {
    await sendEvent(desk, 'message.im', { type: 'message', channel_type: 'im', ...said });
  } else if (mentionsApp(text) && conversation.members.has(app.user)) {
    await sendEvent(desk, 'app_mention', { type: 'app_mention', ...said });
  } else if (mentionsApp(text)) {
    // Events come only from conversations that the app is in (docs.slack.dev/reference/events/app_mention).
    const invite = `You mentioned @${app.name}, but they’re not in this channel. /invite @${app.name} brings them in.`;
    tell(desk, { ...typed, text: invite });
  }
  return { ok: true, ts };
}

async function sendCommand(desk: Desk, typed: Typed & { readonly command: string }): Promise<JsonObject> {
  const { person, conversation, command, text } = typed;
  const origin = { user: person.id, channel: conversation.id };
  const response_url = desk.responseUrls.issue(origin);
  const payload = commandPayload(actor(desk, person), conversation, { command, text, response_url });
  try {
    const said = answered(await desk.sockets.send('slash_commands', payload));
    if (said['text'] !== undefined || said['blocks'] !== undefined) respond(desk.workspace, origin, said);
    return { ok: true };
  } catch (error) {
    if (error instanceof Refusal)
      tell(desk, { person, conversation, text: `${command} failed with the error "${error.code}"` });
    throw error;
  }
}

function tell(desk: Desk, typed: Typed): void {
  desk.workspace.commit({
    kind: 'whispered',
    ephemeral: {
      channel: typed.conversation.id,
      ts: desk.workspace.nextTs(),
      user: typed.person.id,
      text: typed.text,
      blocks: [],
      ...(typed.thread_ts === undefined ? {} : { thread_ts: typed.thread_ts }),
    },
  });
}
