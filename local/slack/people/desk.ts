import type { Files } from '../interactions/files.ts';
import type { HomeTabs } from '../interactions/home-tabs.ts';
import type { OpenViews } from '../interactions/open-views.ts';
import type { ResponseUrls } from '../interactions/response-urls.ts';
import type { Triggers } from '../interactions/triggers.ts';
import type { JsonObject } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import type { Actor } from '../socket/payload.ts';
import type { Ack, SocketMode } from '../socket/socket-mode.ts';
import { openDirectMessages } from '../web-api/channels.ts';
import { type Conversation, dmId, type PersonState } from '../workspace/state.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What people's deeds need: Slack's client and server in one. */
export interface Desk {
  readonly workspace: Workspace;
  readonly views: OpenViews;
  readonly homes: HomeTabs;
  readonly files: Files;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly now: () => number;
  /** Moves the clock of everything that runs here. */
  readonly advance?: (ms: number) => void;
  /** By socket, or by HTTP where the app has a request URL. */
  readonly sockets: Pick<SocketMode, 'send'>;
  /** What the app may know. */
  readonly scopes: readonly string[];
  readonly newId: () => string;
}

export function actingPerson(desk: Desk, id: string | undefined): PersonState {
  const person = id === undefined ? undefined : desk.workspace.people.get(id);
  if (!person) throw new Refusal('user_not_found');
  if (person.deleted) throw new Refusal('user_disabled');
  return person;
}

export function actor(desk: Desk, person: PersonState): Actor {
  return { person, trigger_id: desk.triggers.issue(person.id) };
}

/** A guest sees only where they were invited; everybody else also sees public channels. */
export function maySee(person: PersonState, conversation: Conversation): boolean {
  if (conversation.members.has(person.id)) return true;
  return !conversation.is_private && !person.is_restricted;
}

export function seenConversation(desk: Desk, person: PersonState, id: string | undefined): Conversation {
  if (id === dmId(person.id)) return openDirectMessages(desk.workspace, person.id);
  const conversation = id === undefined ? undefined : desk.workspace.conversations.get(id);
  if (!conversation || !maySee(person, conversation)) throw new Refusal('channel_not_found');
  return conversation;
}

/** What the app answered; without an answer Slack's own words for it. */
export function answered(ack: Ack): JsonObject {
  if (ack.kind === 'acked') return ack.payload;
  throw new Refusal(ack.kind === 'timeout' ? 'operation_timeout' : 'dispatch_failed');
}
