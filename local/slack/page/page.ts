import type { BlockAction, Surface } from './blocks/surface.ts';
import type { Names } from './names.ts';
import type { Route } from './route.ts';
import type { PageState, Theme } from './state.ts';

/** What every part of the page is drawn from: the state, the names in it, and what the reader can do. */
export interface Page {
  readonly state: PageState;
  readonly names: Names;
  readonly deeds: Deeds;
}

export interface Deeds {
  goTo(route: Route): void;
  /** `thread` where it stands in a thread's box. */
  setDraft(text: string, thread?: string): void;
  chooseSuggestion(at: number | 'closed'): void;
  send(thread?: string): void;
  /** A click on a block of the message `ts` or of the view with that id. */
  act(ts: string, action: BlockAction): void;
  toggleMenu(key: string | undefined): void;
  /** A global shortcut, or one on a message of this channel. */
  takeShortcut(callbackId: string, ts?: string): void;
  openHome(): void;
  setTheme(theme: Theme): void;
  answerConfirm(yes: boolean): void;
  submitView(viewId: string, form: HTMLElement): void;
  closeView(viewId: string): void;
  dismiss(place: string): void;
  scrolledToEnd(atEnd: boolean): void;
  reconnect(): void;
}

export function surfaceOf(page: Page, pane: 'channel' | 'thread', ts: string): Surface {
  const { state, names, deeds } = page;
  return {
    id: `${pane}|${ts}`,
    names,
    waiting: state.waiting,
    menu: state.menu,
    errors: {},
    act: (action) => deeds.act(ts, action),
    toggleMenu: deeds.toggleMenu,
  };
}

/** How a channel is called in headings and labels: `#name`, or the app's name for a direct message with it. */
export function channelTitle(page: Page): string {
  const { workspace, route } = page.state;
  const channel = workspace?.channels.find(({ id }) => id === route.channel);
  if (channel === undefined) return '';
  return channel.is_im ? (page.names.app?.name ?? channel.name) : `#${channel.name}`;
}
