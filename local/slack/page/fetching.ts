import type { Channel, WorkspaceState } from '../local-api.ts';
import { ApiError, fetchHome, fetchTranscript, fetchViews, fetchWorkspace } from './api.ts';
import { coalesced } from './refetch.ts';
import type { Route } from './route.ts';
import { type Store, withFailure } from './state.ts';

/** Brings the state up to date from the stand-in; each may be asked for as often as there is a reason. */
export interface Fetching {
  workspace(): Promise<void>;
  transcript(): Promise<void>;
  views(): Promise<void>;
  home(): Promise<void>;
}

/** `settled` is told the route that the page stands at once the workspace is known: person and channel filled in. */
export function createFetching(store: Store, settled: (route: Route) => void): Fetching {
  const guarded = (run: () => Promise<void>) =>
    coalesced(async () => {
      try {
        await run();
        store.set(withFailure(store.get(), 'page', undefined));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        store.set(withFailure(store.get(), 'page', error.message));
      }
    });
  return {
    workspace: guarded(async () => {
      const asked = store.get().route.user;
      const first = await fetchWorkspace(asked);
      const known = first.users.some(({ id }) => id === asked);
      const user = known
        ? asked
        : (first.users.find(({ role }) => role === 'requester') ?? first.users[0])?.id;
      // Channels depend on the person: without one in the address the first answer only says who there is.
      const workspace = user === asked ? first : await fetchWorkspace(user);
      if (store.get().route.user !== asked) return;
      const previous = store.get().workspace;
      store.set({ workspace });
      settled(settleRoute(store.get().route, { user, workspace, previous }));
    }),
    transcript: guarded(async () => {
      const { user, channel } = store.get().route;
      if (user === undefined || channel === undefined) return;
      const transcript = await fetchTranscript(channel, user);
      const { route } = store.get();
      if (route.user === user && route.channel === channel) store.set({ transcript });
    }),
    views: guarded(async () => {
      const { user } = store.get().route;
      if (user === undefined) return;
      const views = await fetchViews(user);
      if (store.get().route.user === user) store.set({ views });
    }),
    home: guarded(async () => {
      const { user } = store.get().route;
      if (user === undefined) return;
      const home = await fetchHome(user);
      if (store.get().route.user === user) store.set({ home });
    }),
  };
}

interface Known {
  readonly user: string | undefined;
  readonly workspace: WorkspaceState;
  readonly previous: WorkspaceState | undefined;
}

/** Keeps the channel if the person may see it; from one person's direct message to another's; else the first channel. */
function settleRoute(route: Route, { user, workspace, previous }: Known): Route {
  if (user === undefined) return route;
  if (workspace.channels.some(({ id }) => id === route.channel)) return { ...route, user };
  const wasDirect = previous?.channels.find(({ id }) => id === route.channel)?.is_im === true;
  const fits = ({ is_im, is_archived }: Channel) => is_im === wasDirect && !is_archived;
  const channel = (workspace.channels.find(fits) ?? workspace.channels[0])?.id;
  return channel === undefined ? { user } : { user, channel };
}
