/**
 * `/_local/`: the JSON API of the Slack stand-in for scripts, tests and the page.
 * All times are Slack's `ts` texts. Every POST answers `{ok: true, ...}` or `{ok: false, error}` with HTTP 200,
 * and only after the app has acknowledged (or Slack's 3 s have passed: `operation_timeout`).
 */

/** GET /_local/transcript?channel=C[&user=U]: a channel as its members see it; with `user`, that person's ephemerals only. */
export interface Transcript {
  readonly messages: readonly TranscriptMessage[];
  readonly ephemerals: readonly Ephemeral[];
}
export interface TranscriptMessage {
  readonly ts: string;
  /** User id of the author; the bot's own user id for the app. */
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly edited?: boolean;
  readonly metadata?: { readonly event_type: string; readonly event_payload: Record<string, unknown> };
  readonly replies: readonly Omit<TranscriptMessage, 'replies'>[];
}
export interface Ephemeral {
  readonly ts: string;
  /** Who alone sees it. */
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly thread_ts?: string;
}
/** A Block Kit block as the app sent it, checked against the limits. */
export type Block = Record<string, unknown> & { readonly type: string };

/** GET /_local/state?user=U: what the page needs beside transcripts. Channels the person may see, DMs with the app included. */
export interface WorkspaceState {
  readonly team: { readonly id: string; readonly name: string };
  readonly app: { readonly name: string; readonly user: string };
  readonly users: readonly Person[];
  readonly user_groups: readonly {
    readonly id: string;
    readonly handle: string;
    readonly users: readonly string[];
  }[];
  readonly channels: readonly Channel[];
  readonly commands: readonly {
    readonly command: string;
    readonly description: string;
    readonly usage_hint: string;
  }[];
  readonly shortcuts: readonly {
    readonly type: 'global' | 'message';
    readonly callback_id: string;
    readonly name: string;
    readonly description: string;
  }[];
}
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly real_name: string;
  /** What this demo person is for: `requester`, `approver`, ... */
  readonly role: string;
}
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly is_private: boolean;
  readonly is_im: boolean;
  readonly is_archived: boolean;
  /** Whether the app is a member. */
  readonly app_is_member: boolean;
}

/** GET /_local/views?user=U: an array of the modals that person has open, the top one last. */
export interface OpenView {
  readonly id: string;
  readonly user: string;
  readonly callback_id: string;
  readonly title: string;
  readonly submit?: string;
  readonly close?: string;
  readonly blocks: readonly Block[];
  /** After a refused submission: message by block_id. */
  readonly errors?: Readonly<Record<string, string>>;
  /** After a submission that the app did not answer: what Slack's client says about it. */
  readonly trouble?: string;
}

/** GET /_local/home?user=U: the app's Home tab as it was last published for that person; no blocks = never. */
export interface HomeTab {
  readonly user: string;
  /** What a click on it names instead of a message's ts. */
  readonly id: string;
  readonly blocks: readonly Block[];
}

/** POST /_local/command */
export interface CommandRequest {
  readonly user: string;
  readonly channel: string;
  /** A reply in this thread. Slash commands are refused there, as Slack does. */
  readonly thread_ts?: string;
  /** `/mirror nginx` or a plain message. */
  readonly text: string;
}
/** POST /_local/click: a Block Kit button (or select) of a message or of an open view (`ts` is then the view's id). */
export interface ClickRequest {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly action_id: string;
  readonly block_id?: string;
  readonly value?: string;
}
/**
 * POST /_local/submit: `values` by block id, as a text (the block's only input), as `{action_id: text}`, or as Slack's own
 * `{action_id: {type, value}}`. A refused form is answered `{ok: true, response_action: 'errors', errors}`: the app did
 * answer, and the view stays open with these errors; an accepted one `{ok: true}`, with `response_action` if the app
 * replaced the view, pushed another or cleared all.
 */
export interface SubmitRequest {
  readonly user: string;
  readonly view_id: string;
  readonly values: Readonly<Record<string, unknown>>;
}
/** POST /_local/close {user, view_id}: the modal's Cancel button. */

/** POST /_local/home: the person opens the app's Home tab (or its messages: `tab`); answered when the app took the event. */
export interface HomeRequest {
  readonly user: string;
  readonly tab?: 'home' | 'messages';
}
/** POST /_local/shortcut: a global one, or one on the message `ts` of `channel`, which may be a reply. */
export interface ShortcutRequest {
  readonly user: string;
  readonly callback_id: string;
  readonly channel?: string;
  readonly ts?: string;
}

/**
 * POST /_local/clock: it is so much later for the product and all stand-ins. What is due then is due at the next tick.
 * Answers `{ok: true, now}` with the new time in ms.
 */
export interface ClockRequest {
  /** 0 asks what time it is; at most a year. */
  readonly advanceMs: number;
}

/** GET /_local/events: server-sent events, one `data: Changed` for each change the page may want to fetch again. */
export type Changed =
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'views'; readonly user: string }
  | { readonly kind: 'home'; readonly user: string }
  | { readonly kind: 'state' };
