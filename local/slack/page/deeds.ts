import {
  ApiError,
  type Posted,
  postClick,
  postClose,
  postCommand,
  postHome,
  postShortcut,
  postSubmit,
} from './api.ts';
import type { BlockAction } from './blocks/surface.ts';
import { failureText } from './failure-text.ts';
import type { Fetching } from './fetching.ts';
import type { Deeds } from './page.ts';
import { readForm } from './form.ts';
import { formatRoute } from './route.ts';
import { placeOf, type Store, withFailure } from './state.ts';
import { applyTheme } from './theme.ts';

export interface DeedContext {
  readonly store: Store;
  readonly fetching: Fetching;
  reconnect(): void;
}

/** What the reader can do, as changes of the state and calls of the stand-in. */
export function createDeeds({ store, fetching, reconnect }: DeedContext): Deeds {
  return {
    goTo: (route) => {
      location.hash = formatRoute(route);
    },
    setDraft: (text, thread) => {
      setDraft(store, placeOf(store.get().route, thread), text);
      if (thread === undefined) document.querySelector<HTMLElement>('[data-key=composer]')?.focus();
    },
    chooseSuggestion: (suggestion) => store.set({ suggestion }),
    send: (thread) => void send(store, fetching, thread),
    act: (ts, action) => confirmThenAct(ts, action, { store, fetching, reconnect }),
    toggleMenu: (menu) => store.set({ menu }),
    takeShortcut: (callbackId, ts) => void takeShortcut(callbackId, ts, { store, fetching, reconnect }),
    openHome: () => void openHome({ store, fetching, reconnect }),
    setTheme: (theme) => {
      applyTheme(theme);
      store.set({ theme });
    },
    answerConfirm: (yes) => {
      const { confirm } = store.get();
      store.set({ confirm: undefined });
      if (yes) confirm?.proceed();
    },
    submitView: (viewId, form) => void submitView(viewId, form, { store, fetching, reconnect }),
    closeView: (viewId) => void closeView(viewId, { store, fetching, reconnect }),
    dismiss: (place) => store.set(withFailure(store.get(), place, undefined)),
    scrolledToEnd: (atEnd) => {
      if (atEnd && store.get().newBelow) store.set({ newBelow: false });
    },
    reconnect,
  };
}

function setDraft(store: Store, place: string, text: string): void {
  store.set({ drafts: new Map(store.get().drafts).set(place, text), suggestion: 0 });
}

async function send(store: Store, fetching: Fetching, thread: string | undefined): Promise<void> {
  const { route, drafts, sending } = store.get();
  const place = placeOf(route, thread);
  const shownAt = thread === undefined ? 'composer' : 'thread';
  const text = (drafts.get(place) ?? '').trim();
  if (text === '' || route.user === undefined || route.channel === undefined) return;
  const id = (sending.at(-1)?.id ?? 0) + 1;
  setDraft(store, place, '');
  store.set({
    ...withFailure(store.get(), shownAt, undefined),
    sending: [...sending, { id, place, text }],
  });
  const failure = await attempt(store, text.split(/\s/)[0] ?? text, () =>
    postCommand({
      user: route.user ?? '',
      channel: route.channel ?? '',
      text,
      ...(thread === undefined ? {} : { thread_ts: thread }),
    }),
  );
  store.set({ sending: store.get().sending.filter((other) => other.id !== id) });
  if (failure !== undefined) {
    // The text comes back, so that nobody types it twice; unless something newer stands there by now.
    if ((store.get().drafts.get(place) ?? '') === '') setDraft(store, place, text);
    store.set(withFailure(store.get(), shownAt, failure));
  }
  await fetching.transcript();
}

function confirmThenAct(ts: string, action: BlockAction, context: DeedContext): void {
  const { store } = context;
  store.set({ menu: undefined });
  const proceed = () => void act(ts, action, context);
  if (action.confirm === undefined) proceed();
  else store.set({ confirm: { ...action.confirm, proceed } });
}

async function act(ts: string, action: BlockAction, { store, fetching }: DeedContext): Promise<void> {
  const { user, channel } = store.get().route;
  if (user === undefined || channel === undefined || store.get().waiting.has(action.key)) return;
  store.set({
    ...withFailure(store.get(), ts, undefined),
    waiting: new Set(store.get().waiting).add(action.key),
  });
  const failure = await attempt(store, 'That click', () =>
    postClick({
      user,
      channel,
      ts,
      action_id: action.actionId,
      ...(action.blockId === undefined ? {} : { block_id: action.blockId }),
      ...(action.value === undefined ? {} : { value: action.value }),
    }),
  );
  await Promise.all([fetching.views(), fetching.transcript(), fetching.home()]);
  stopWaiting(store, action.key);
  store.set(withFailure(store.get(), ts, failure));
}

async function takeShortcut(
  callback_id: string,
  ts: string | undefined,
  { store, fetching }: DeedContext,
): Promise<void> {
  const { user, channel } = store.get().route;
  if (user === undefined || channel === undefined) return;
  const place = ts ?? 'composer';
  store.set(withFailure(store.get(), place, undefined));
  const on = ts === undefined ? {} : { channel, ts };
  const failure = await attempt(store, 'That shortcut', () => postShortcut({ user, callback_id, ...on }));
  await Promise.all([fetching.views(), fetching.transcript()]);
  store.set(withFailure(store.get(), place, failure));
}

async function openHome({ store, fetching }: DeedContext): Promise<void> {
  const { user } = store.get().route;
  if (user === undefined) return;
  const failure = await attempt(store, 'Opening the Home tab', () => postHome(user));
  await fetching.home();
  store.set(withFailure(store.get(), 'home', failure));
}

async function submitView(
  viewId: string,
  form: HTMLElement,
  { store, fetching }: DeedContext,
): Promise<void> {
  const { user } = store.get().route;
  const { values, missing } = await readForm(form);
  store.set({ ...withFailure(store.get(), viewId, undefined), inputErrors: missing });
  if (user === undefined || Object.keys(missing).length > 0) return;
  store.set({ waiting: new Set(store.get().waiting).add(viewId) });
  const failure = await attempt(store, 'Submitting', () => postSubmit({ user, view_id: viewId, values }));
  await Promise.all([fetching.views(), fetching.transcript()]);
  stopWaiting(store, viewId);
  store.set(withFailure(store.get(), viewId, failure));
}

async function closeView(viewId: string, { store, fetching }: DeedContext): Promise<void> {
  const { user } = store.get().route;
  if (user === undefined) return;
  store.set({ inputErrors: {} });
  const failure = await attempt(store, 'Closing', () => postClose({ user, view_id: viewId }));
  await fetching.views();
  store.set(withFailure(store.get(), viewId, failure));
}

function stopWaiting(store: Store, key: string): void {
  const waiting = new Set(store.get().waiting);
  waiting.delete(key);
  store.set({ waiting });
}

/** What went wrong as a sentence, or nothing. */
async function attempt(store: Store, what: string, post: () => Promise<Posted>): Promise<string | undefined> {
  try {
    const answer = await post();
    return answer.ok
      ? undefined
      : failureText(what, answer.error, store.get().workspace?.app.name ?? 'The app');
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}
