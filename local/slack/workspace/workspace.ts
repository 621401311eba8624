import { openJournal } from '../../journal.ts';
import type { Changed } from '../local-api.ts';
import type { WorkspaceRecord } from './record.ts';
import {
  type ChannelSeed,
  channels as channelSeeds,
  people as peopleSeeds,
  type PersonSeed,
  userGroups,
} from './seeds.ts';
import {
  applyRecord,
  type Conversation,
  type GroupState,
  type PersonState,
  type WorkspaceState,
} from './state.ts';

/** The workspace's memory: everything that is known, and the one way to change it. */
export interface Workspace {
  readonly now: () => number;
  readonly people: ReadonlyMap<string, PersonState>;
  readonly groups: ReadonlyMap<string, GroupState>;
  readonly conversations: ReadonlyMap<string, Conversation>;
  /** For how long a message may be edited, in minutes; undefined = for ever. */
  editMinutes(): number | undefined;
  /** Written to the journal first, then true. */
  commit(record: WorkspaceRecord): void;
  /** A new Slack timestamp `seconds.micros`, later than every one before, also after a restart. */
  nextTs(): string;
  /** Tells what the page may want to fetch again; returns the way to stop. */
  subscribe(listener: (change: Changed) => void): () => void;
  announce(change: Changed): void;
}

export interface MoreSeeds {
  readonly people: readonly PersonSeed[];
  readonly channels: readonly ChannelSeed[];
}

export function openWorkspace(options: {
  readonly file: string | undefined;
  readonly now: () => number;
  readonly more?: MoreSeeds;
}): Workspace {
  const { people = [], channels = [] } = options.more ?? {};
  const state: WorkspaceState = {
    people: new Map<string, PersonState>([...peopleSeeds, ...people].map((seed) => [seed.id, { ...seed }])),
    groups: new Map<string, GroupState>(userGroups.map((seed) => [seed.id, { ...seed }])),
    conversations: new Map<string, Conversation>(
      [...channelSeeds, ...channels].map((seed) => [
        seed.id,
        {
          ...seed,
          is_im: false,
          members: new Set(seed.members),
          messages: new Map(),
          ephemerals: new Map(),
        },
      ]),
    ),
    lastMicros: 0,
  };
  const journal = openJournal<WorkspaceRecord>(options.file);
  for (const record of journal.records) applyRecord(state, record);
  const listeners = new Set<(change: Changed) => void>();
  const announce = (change: Changed) => {
    for (const listener of listeners) listener(change);
  };
  return {
    now: options.now,
    people: state.people,
    groups: state.groups,
    conversations: state.conversations,
    editMinutes: () => state.editMinutes,
    commit: (record) => {
      journal.append(record);
      announce(applyRecord(state, record));
    },
    nextTs: () => {
      state.lastMicros = Math.max(state.lastMicros + 1, Math.floor(options.now() * 1000));
      return formatTs(state.lastMicros);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    announce,
  };
}

function formatTs(micros: number): string {
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
}
