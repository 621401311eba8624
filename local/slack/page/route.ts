/** Where the reader stands; kept in the address, so that a reload or a copied link shows the same. */
export interface Route {
  readonly user?: string;
  readonly channel?: string;
  /** `ts` of the message whose thread is open. */
  readonly thread?: string;
}

/** Reads `#user=U1&channel=C1&thread=1.2`; what is missing or empty is left out. */
export function parseRoute(hash: string): Route {
  const written = new URLSearchParams(hash.replace(/^#/, ''));
  const field = (name: 'user' | 'channel' | 'thread') => {
    const value = written.get(name);
    return value ? { [name]: value } : {};
  };
  return { ...field('user'), ...field('channel'), ...field('thread') };
}

export function formatRoute(route: Route): string {
  const fields = new URLSearchParams();
  if (route.user !== undefined) fields.set('user', route.user);
  if (route.channel !== undefined) fields.set('channel', route.channel);
  if (route.thread !== undefined) fields.set('thread', route.thread);
  return `#${fields.toString()}`;
}
