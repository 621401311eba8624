import { render } from 'lit';
import { renderApp } from './app.ts';
import { createDeeds } from './deeds.ts';
import { createDialogs, focusKey, holdFocus } from './dialogs.ts';
import { createFetching } from './fetching.ts';
import { followEvents } from './live.ts';
import { namesOf } from './names.ts';
import { channelTitle, type Page } from './page.ts';
import { formatRoute, parseRoute, type Route, routeOfPermalink } from './route.ts';
import { createScrolling } from './scrolling.ts';
import { createStore, emptyState } from './state.ts';
import { applyTheme, storedTheme } from './theme.ts';

const root = document.createElement('div');
document.body.append(root);

const theme = storedTheme();
applyTheme(theme);
const store = createStore(emptyState(parseRoute(location.hash), theme), draw);
const fetching = createFetching(store, (route) => arrive(route));
const deeds = createDeeds({ store, fetching, reconnect: () => follow() });
const scrolling = createScrolling(root, () => {
  if (!store.get().newBelow) store.set({ newBelow: true });
});
const dialogs = createDialogs(root);

function draw(): void {
  const state = store.get();
  const page: Page = { state, deeds, names: namesOf(state.workspace, state.route.user, Date.now()) };
  document.title = [channelTitle(page), state.workspace?.team.name].filter(Boolean).join(' · ') || 'Slack';
  scrolling.before();
  const keepFocus = holdFocus();
  render(renderApp(page), root);
  scrolling.after();
  dialogs();
  keepFocus();
}

/** Takes over a route and fetches what it shows; what belonged to the old place goes. */
function arrive(route: Route): void {
  const old = store.get().route;
  const moved = old.user !== route.user || old.channel !== route.channel;
  const unread = new Set(store.get().unread);
  if (route.channel !== undefined) unread.delete(route.channel);
  store.set({ route, unread, suggestion: 0, menu: undefined });
  if (moved) store.set({ transcript: undefined, newBelow: false, failures: new Map() });
  if (old.user !== route.user) store.set({ views: [], home: undefined, inputErrors: {}, unread: new Set() });
  if (location.hash !== formatRoute(route)) history.replaceState(null, '', formatRoute(route));
  // Another person sees other channels: those come first, and lead back here with a channel that is theirs.
  if (old.user === route.user) void fetching.transcript();
  else refetchAll();
  const isNewHome = old.tab !== 'home' || old.user !== route.user || store.get().home === undefined;
  if (route.tab === 'home' && isNewHome) deeds.openHome();
  if (old.thread !== route.thread) queueMicrotask(() => focusThread(old.thread, route.thread));
}

/** Into the pane when it opens, back to the summary it was opened from when it closes. */
function focusThread(was: string | undefined, is: string | undefined): void {
  if (is !== undefined) focusKey(root, 'close-thread');
  else if (was !== undefined) focusKey(root, `summary|${was}`);
}

function follow(): void {
  followEvents({
    store,
    connected: refetchAll,
    changed: (change) => {
      if (change.kind === 'state') void fetching.workspace();
      else if (change.kind === 'views' && change.user === store.get().route.user) void fetching.views();
      else if (change.kind === 'home' && change.user === store.get().route.user) void fetching.home();
      else if (change.kind === 'channel') noteChannel(change.channel);
    },
  });
}

function noteChannel(channel: string): void {
  if (channel === store.get().route.channel) void fetching.transcript();
  else store.set({ unread: new Set(store.get().unread).add(channel) });
}

function refetchAll(): void {
  void fetching.workspace();
  void fetching.views();
}

/** A link to a message of this workspace is followed on the page, by the same person. */
function followPermalink(event: Event): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const url = link === null ? undefined : new URL(link.href);
  const route = url?.origin === location.origin ? routeOfPermalink(url) : undefined;
  if (route === undefined) return;
  event.preventDefault();
  deeds.goTo({ ...store.get().route, ...route });
}

window.addEventListener('hashchange', () => {
  // A link may name only channel and thread: whoever acts goes on acting.
  const { user } = store.get().route;
  const route = { ...(user === undefined ? {} : { user }), ...parseRoute(location.hash) };
  arrive(route);
  if (route.channel === undefined) void fetching.workspace();
});
window.addEventListener('resize', () => draw());
document.addEventListener('click', (event) => {
  followPermalink(event);
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest('[data-scroll-end]')) scrolling.toEnd();
  if (store.get().menu !== undefined && target?.closest('.overflow') === null) store.set({ menu: undefined });
});

draw();
refetchAll();
follow();
