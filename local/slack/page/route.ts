/** Where the reader stands; kept in the address, so that a reload or a copied link shows the same. */
export interface Route {
  readonly user?: string;
  readonly channel?: string;
  /** `ts` of the message whose thread is open. */
  readonly thread?: string;
  /** Of the app's own conversation: `home` is its Home tab, else its messages. */
  readonly tab?: string;
}

/** Reads `#user=U1&channel=C1&thread=1.2&tab=home`; what is missing or empty is left out. */
export function parseRoute(hash: string): Route {
  const written = new URLSearchParams(hash.replace(/^#/, ''));
  const field = (name: 'user' | 'channel' | 'thread' | 'tab') => {
    const value = written.get(name);
    return value ? { [name]: value } : {};
  };
  return { ...field('user'), ...field('channel'), ...field('thread'), ...field('tab') };
}

/**
 * The thread a permalink leads to: `/archives/C1/p1796116507000100`, for a reply with `?thread_ts=` of its thread.
 * https://docs.slack.dev/reference/methods/chat.getPermalink
 */
export function routeOfPermalink(url: URL): Route | undefined {
  const [, channel, seconds, rest] = /^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/.exec(url.pathname) ?? [];
  if (channel === undefined || seconds === undefined || rest === undefined) return undefined;
  return { channel, thread: url.searchParams.get('thread_ts') ?? `${seconds}.${rest}` };
}

export function formatRoute(route: Route): string {
  const fields = new URLSearchParams();
  if (route.user !== undefined) fields.set('user', route.user);
  if (route.channel !== undefined) fields.set('channel', route.channel);
  if (route.thread !== undefined) fields.set('thread', route.thread);
  if (route.tab !== undefined) fields.set('tab', route.tab);
  return `#${fields.toString()}`;
}
