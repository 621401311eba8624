import type { HomeTab, OpenView, Transcript, WorkspaceState } from '../local-api.ts';
import type { Route } from './route.ts';

/** Everything the page shows. Fetched data is replaced whole; nothing is computed from it here. */
export interface PageState {
  readonly route: Route;
  readonly workspace: WorkspaceState | undefined;
  /** Of `route.channel` as `route.user` sees it. */
  readonly transcript: Transcript | undefined;
  readonly views: readonly OpenView[];
  /** The app's Home tab of `route.user`; undefined before it was fetched. */
  readonly home: HomeTab | undefined;
  readonly theme: Theme;
  /** `restored` = just reconnected, still saying so. */
  readonly connection: 'connecting' | 'open' | 'lost' | 'closed' | 'restored';
  /** Controls whose click the app has not answered yet, by control key. */
  readonly waiting: ReadonlySet<string>;
  /** Texts on their way, oldest first. */
  readonly sending: readonly Sending[];
  /** What went wrong last, by the place that shows it: a message's `ts`, a view's id, `composer`, `page`. */
  readonly failures: ReadonlyMap<string, string>;
  /** Unsent texts by `user/channel`. */
  readonly drafts: ReadonlyMap<string, string>;
  /** The chosen line of the slash command suggestions; `closed` after Escape. */
  readonly suggestion: number | 'closed';
  /** The overflow menu that is open, by control key. */
  readonly menu: string | undefined;
  readonly confirm: PendingConfirm | undefined;
  /** Channels with something new since the reader last looked. */
  readonly unread: ReadonlySet<string>;
  /** Something new came in below what the reader, scrolled up, can see. */
  readonly newBelow: boolean;
  /** Inputs of the open modal the page itself refuses, by block id. */
  readonly inputErrors: Readonly<Record<string, string>>;
}

/** `system`: what the machine prefers. */
export type Theme = 'system' | 'light' | 'dark';

export interface Sending {
  readonly id: number;
  readonly place: string;
  readonly text: string;
}

/** A click held back until the reader has confirmed it. */
export interface PendingConfirm {
  readonly title: string;
  readonly text: { readonly text: string; readonly mrkdwn: boolean };
  readonly confirm: string;
  readonly deny: string;
  readonly danger: boolean;
  readonly proceed: () => void;
}

export interface Store {
  get(): PageState;
  /** Takes over the given fields and asks for one render, however many changes come together. */
  set(change: Partial<PageState>): void;
}

export function createStore(initial: PageState, changed: () => void): Store {
  let state = initial;
  let asked = false;
  return {
    get: () => state,
    set: (change) => {
      state = { ...state, ...change };
      if (asked) return;
      asked = true;
      queueMicrotask(() => {
        asked = false;
        changed();
      });
    },
  };
}

export function emptyState(route: Route, theme: Theme): PageState {
  return {
    route,
    workspace: undefined,
    transcript: undefined,
    views: [],
    home: undefined,
    theme,
    connection: 'connecting',
    waiting: new Set(),
    sending: [],
    failures: new Map(),
    drafts: new Map(),
    suggestion: 0,
    menu: undefined,
    confirm: undefined,
    unread: new Set(),
    newBelow: false,
    inputErrors: {},
  };
}

/** The key of what belongs to one person in one channel, or in one of its threads. */
export function placeOf(route: Route, thread?: string): string {
  return [route.user ?? '', route.channel ?? '', ...(thread === undefined ? [] : [thread])].join('/');
}

export function withFailure(state: PageState, place: string, text: string | undefined): Partial<PageState> {
  const failures = new Map(state.failures);
  if (text === undefined) failures.delete(place);
  else failures.set(place, text);
  return { failures };
}
