import type { Changed } from '../local-api.ts';
import type { Message, StoredEphemeral, WorkspaceRecord } from './record.ts';
import { app, type PersonSeed } from './seeds.ts';

export type PersonState = PersonSeed;

export interface GroupState {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
  /** Epoch seconds. */
  readonly updatedAt?: number;
  readonly updatedBy?: string;
}

/** A channel, or the app's direct messages with one person. */
export interface Conversation {
  readonly id: string;
  readonly name: string;
  readonly is_private: boolean;
  readonly is_im: boolean;
  readonly is_archived: boolean;
  readonly is_ext_shared?: boolean;
  readonly members: Set<string>;
  /** By ts, in the order of posting: parents and replies alike. */
  readonly messages: Map<string, Message>;
  readonly ephemerals: Map<string, StoredEphemeral>;
}

export interface WorkspaceState {
  readonly people: Map<string, PersonState>;
  readonly groups: Map<string, GroupState>;
  readonly conversations: Map<string, Conversation>;
  lastMicros: number;
  /** For how long a message may be edited; absent = for ever. */
  editMinutes?: number | undefined;
}

/** Direct messages of the app with a person have an id that follows from the person's. */
export function dmId(user: string): string {
  return `D${user.slice(1)}`;
}

/** Makes one record true; says what changed. */
export function applyRecord(state: WorkspaceState, record: WorkspaceRecord): Changed {
  switch (record.kind) {
    case 'posted':
    case 'edited':
      remember(state, record.message.ts);
      conversation(state, record.message.channel).messages.set(record.message.ts, record.message);
      return { kind: 'channel', channel: record.message.channel };
    case 'deleted':
      conversation(state, record.channel).messages.delete(record.ts);
      return { kind: 'channel', channel: record.channel };
    case 'whispered':
      remember(state, record.ephemeral.ts);
      conversation(state, record.ephemeral.channel).ephemerals.set(record.ephemeral.ts, record.ephemeral);
      return { kind: 'channel', channel: record.ephemeral.channel };
    case 'withdrawn':
      conversation(state, record.channel).ephemerals.delete(record.ts);
      return { kind: 'channel', channel: record.channel };
    case 'joined':
      conversation(state, record.channel).members.add(record.user);
      return { kind: 'state' };
    case 'left':
      conversation(state, record.channel).members.delete(record.user);
      return { kind: 'state' };
    case 'dm_opened': {
      const id = dmId(record.user);
      state.conversations.set(id, directMessages(id, record.user));
      return { kind: 'state' };
    }
    case 'archived': {
      const before = conversation(state, record.channel);
      state.conversations.set(before.id, { ...before, is_archived: true });
      return { kind: 'state' };
    }
    case 'shared': {
      const before = conversation(state, record.channel);
      state.conversations.set(before.id, { ...before, is_ext_shared: true });
      return { kind: 'state' };
    }
    case 'group_changed': {
      const before = state.groups.get(record.group);
      if (before)
        state.groups.set(before.id, {
          ...before,
          users: record.users,
          ...(record.at !== undefined && { updatedAt: record.at }),
          ...(record.by !== undefined && { updatedBy: record.by }),
        });
      return { kind: 'state' };
    }
    case 'deactivated': {
      const before = state.people.get(record.user);
      if (before) state.people.set(before.id, { ...before, deleted: true });
      return { kind: 'state' };
    }
    case 'renamed': {
      const before = conversation(state, record.channel);
      state.conversations.set(before.id, { ...before, name: record.name });
      return { kind: 'state' };
    }
    case 'id_changed': {
      const before = conversation(state, record.channel);
      state.conversations.delete(before.id);
      state.conversations.set(record.to, movedTo(before, record.to));
      return { kind: 'state' };
    }
    case 'edit_window':
      state.editMinutes = record.minutes;
      return { kind: 'state' };
    default:
      return record satisfies never;
  }
}

function movedTo(before: Conversation, id: string): Conversation {
  const moved = <T extends { readonly channel: string }>(all: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...all].map(([ts, each]) => [ts, { ...each, channel: id }]));
  return {
    ...before,
    id,
    is_ext_shared: true,
    messages: moved(before.messages),
    ephemerals: moved(before.ephemerals),
  };
}

function directMessages(id: string, user: string): Conversation {
  return {
    id,
    name: app.name,
    is_private: true,
    is_im: true,
    is_archived: false,
    members: new Set([user, app.user]),
    messages: new Map(),
    ephemerals: new Map(),
  };
}

function conversation(state: WorkspaceState, id: string): Conversation {
  const found = state.conversations.get(id);
  if (!found) throw new Error(`no conversation ${id}`);
  return found;
}

function remember(state: WorkspaceState, ts: string): void {
  const [seconds = '0', micros = '0'] = ts.split('.');
  state.lastMicros = Math.max(state.lastMicros, Number(seconds) * 1e6 + Number(micros));
}
