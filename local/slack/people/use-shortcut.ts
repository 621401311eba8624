import { type JsonObject, textAt } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import { globalShortcutPayload, messageShortcutPayload } from '../socket/payload.ts';
import { shortcuts } from '../workspace/seeds.ts';
import { actingPerson, actor, answered, type Desk, seenConversation } from './desk.ts';

/**
 * Somebody chooses a shortcut: a global one from the message box or the search, or one of a message's menu, in a thread
 * as well. https://docs.slack.dev/interactivity/implementing-shortcuts
 */
export async function takeShortcut(desk: Desk, request: JsonObject): Promise<JsonObject> {
  const person = actingPerson(desk, textAt(request, 'user'));
  const callback_id = textAt(request, 'callback_id');
  const shortcut = shortcuts.find((known) => known.callback_id === callback_id);
  if (!shortcut) throw new Refusal('no such shortcut');
  const action_ts = desk.workspace.nextTs();
  if (shortcut.type === 'global') {
    const payload = globalShortcutPayload(actor(desk, person), {
      callback_id: shortcut.callback_id,
      action_ts,
    });
    answered(await desk.sockets.send('interactive', payload));
    return { ok: true };
  }
  const conversation = seenConversation(desk, person, textAt(request, 'channel'));
  const message = conversation.messages.get(textAt(request, 'ts') ?? '');
  // What only one person sees has no menu of shortcuts.
  if (!message) throw new Refusal('no such message');
  // The first message of a thread carries its own ts as the thread's.
  const isRoot = [...conversation.messages.values()].some(({ thread_ts }) => thread_ts === message.ts);
  const thread_ts = message.thread_ts ?? (isRoot ? message.ts : undefined);
  const thread = thread_ts === undefined ? {} : { thread_ts };
  const response_url = desk.responseUrls.issue({ user: person.id, channel: conversation.id, ...thread });
  const payload = messageShortcutPayload(actor(desk, person), {
    callback_id: shortcut.callback_id,
    action_ts,
    conversation,
    message: { ...message, ...thread },
    response_url,
  });
  answered(await desk.sockets.send('interactive', payload));
  return { ok: true };
}
