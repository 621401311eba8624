import type { Block, Ephemeral } from '../local-api.ts';

export interface MessageMetadata {
  readonly event_type: string;
  readonly event_payload: Record<string, unknown>;
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The parent's ts in a reply. */
  readonly thread_ts?: string;
  readonly edited?: boolean;
  readonly metadata?: MessageMetadata;
}

export interface StoredEphemeral extends Ephemeral {
  readonly channel: string;
}

/** One change of the workspace: a line of the journal, applied in order at the next start. */
export type WorkspaceRecord =
  | { readonly kind: 'posted'; readonly message: Message }
  | { readonly kind: 'edited'; readonly message: Message }
  | { readonly kind: 'deleted'; readonly channel: string; readonly ts: string }
  /** A second one with the same ts replaces the first (response_url's replace_original). */
  | { readonly kind: 'whispered'; readonly ephemeral: StoredEphemeral }
  | { readonly kind: 'withdrawn'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'joined'; readonly channel: string; readonly user: string }
  | { readonly kind: 'left'; readonly channel: string; readonly user: string }
  | { readonly kind: 'dm_opened'; readonly user: string }
  | { readonly kind: 'archived'; readonly channel: string }
  /** With another company (Slack Connect). */
  | { readonly kind: 'shared'; readonly channel: string }
  | {
      readonly kind: 'group_changed';
      readonly group: string;
      readonly users: readonly string[];
      /** When, in epoch seconds, and by whom: what usergroups.list tells of it. */
      readonly at?: number;
      readonly by?: string;
    }
  | { readonly kind: 'deactivated'; readonly user: string }
  | { readonly kind: 'renamed'; readonly channel: string; readonly name: string }
  /** A private channel is shared with another company: its id is another one from now on, also of what stands in it. */
  | { readonly kind: 'id_changed'; readonly channel: string; readonly to: string }
  /** The workspace's setting for how long messages may be edited; without minutes for ever. */
  | { readonly kind: 'edit_window'; readonly minutes?: number };
