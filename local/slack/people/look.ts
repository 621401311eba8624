import { textAt } from '../json-object.ts';
import type {
  Channel,
  HomeTab,
  OpenView,
  Transcript,
  TranscriptMessage,
  WorkspaceState,
} from '../local-api.ts';
import { Refusal } from '../refusal.ts';
import type { Message } from '../workspace/record.ts';
import { app, commands, shortcuts, team } from '../workspace/seeds.ts';
import { type Conversation, dmId, type PersonState } from '../workspace/state.ts';
import { actingPerson, type Desk, maySee, seenConversation } from './desk.ts';

/** A channel with its threads; with a person their ephemerals only, and only where they may look. */
export function transcript(
  desk: Desk,
  asked: { readonly channel: string | undefined; readonly user: string | undefined },
): Transcript {
  const conversation =
    asked.user === undefined
      ? desk.workspace.conversations.get(asked.channel ?? '')
      : seenConversation(desk, actingPerson(desk, asked.user), asked.channel);
  if (!conversation) throw new Refusal('channel_not_found');
  const all = [...conversation.messages.values()];
  const parents = all.filter(
    (message) => message.thread_ts === undefined || !conversation.messages.has(message.thread_ts),
  );
  return {
    messages: parents.map((parent) => ({
      ...shownMessage(parent),
      replies: all.filter((message) => message.thread_ts === parent.ts).map(shownMessage),
    })),
    ephemerals: [...conversation.ephemerals.values()]
      .filter((ephemeral) => asked.user === undefined || ephemeral.user === asked.user)
      .map(({ channel: _channel, ...ephemeral }) => ephemeral),
  };
}

export function workspaceState(desk: Desk, user: string | undefined): WorkspaceState {
  const person = user === undefined ? undefined : actingPerson(desk, user);
  const seen = [...desk.workspace.conversations.values()].filter(
    (conversation) =>
      !conversation.is_im && (person === undefined ? !conversation.is_private : maySee(person, conversation)),
  );
  return {
    team: { id: team.id, name: team.name },
    app: { name: app.name, user: app.user },
    users: [...desk.workspace.people.values()]
      .filter((other) => !other.deleted)
      .map(({ id, name, real_name, role }) => ({ id, name, real_name, role })),
    user_groups: [...desk.workspace.groups.values()].map(({ id, handle, users }) => ({ id, handle, users })),
    channels: [...seen.map(shownChannel), ...(person === undefined ? [] : [directMessages(person)])],
    commands,
    shortcuts,
  };
}

/** Without blocks before the app has published anything. */
export function homeOf(desk: Desk, user: string | undefined): HomeTab {
  const person = actingPerson(desk, user);
  const shown = desk.homes.of(person.id);
  return { user: person.id, id: shown?.id ?? '', blocks: shown?.view.blocks ?? [] };
}

export function viewsOf(desk: Desk, user: string | undefined): readonly OpenView[] {
  const person = actingPerson(desk, user);
  return desk.views.of(person.id).map(({ id, view, errors, trouble }) => ({
    id,
    user: person.id,
    callback_id: view.callback_id,
    title: textAt(view.title, 'text') ?? '',
    ...(view.submit === null ? {} : { submit: textAt(view.submit, 'text') ?? '' }),
    ...(view.close === null ? {} : { close: textAt(view.close, 'text') ?? '' }),
    blocks: view.blocks,
    ...(errors === undefined ? {} : { errors }),
    ...(trouble === undefined ? {} : { trouble }),
  }));
}

function shownMessage(message: Message): Omit<TranscriptMessage, 'replies'> {
  const { ts, user, text, blocks, edited, metadata } = message;
  return {
    ts,
    user,
    text,
    blocks,
    ...(edited ? { edited } : {}),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function shownChannel(conversation: Conversation): Channel {
  const { id, name, is_private, is_im, is_archived } = conversation;
  return { id, name, is_private, is_im, is_archived, app_is_member: conversation.members.has(app.user) };
}

/** The app is in everybody's sidebar, also before the first word. */
function directMessages(person: PersonState): Channel {
  return {
    id: dmId(person.id),
    name: app.name,
    is_private: true,
    is_im: true,
    is_archived: false,
    app_is_member: true,
  };
}
