import { respond } from '../interactions/respond.ts';
import { type JsonObject, textAt } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import { commandPayload } from '../socket/payload.ts';
import { commands } from '../workspace/seeds.ts';
import type { Conversation, PersonState } from '../workspace/state.ts';
import { builtInCommand } from './built-in-command.ts';
import { actingPerson, actor, answered, type Desk, seenConversation } from './desk.ts';

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
  if (!text.startsWith('/')) return post(desk, { person, conversation, text });
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
}

function post(desk: Desk, typed: Typed): JsonObject {
  const ts = desk.workspace.nextTs();
  const { conversation, person, text } = typed;
  desk.workspace.commit({
    kind: 'posted',
    message: { channel: conversation.id, ts, user: person.id, text: escapeText(text), blocks: [] },
  });
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
    },
  });
}

/** Message texts are stored escaped: https://docs.slack.dev/messaging/formatting-message-text */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
