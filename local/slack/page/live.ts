import type { Changed } from '../local-api.ts';
import type { PageState, Store } from './state.ts';

export interface LiveListener {
  readonly store: Store;
  /** One change at the stand-in. */
  changed(change: Changed): void;
  /** (Re)connected: anything may have changed meanwhile. */
  connected(): void;
}

/** How long the bar says that the connection is back, milliseconds. */
const RESTORED_MS = 4000;

/**
 * Follows the stand-in's server-sent events. The browser itself reconnects after a lost connection; only after an
 * answer that is no event stream it gives up (https://html.spec.whatwg.org/#the-eventsource-interface), and the bar
 * then offers a button.
 */
export function followEvents(listener: LiveListener): void {
  const { store } = listener;
  const source = new EventSource('/_local/events');
  let opened = false;
  const show = (connection: PageState['connection']) => store.set({ connection });
  source.onopen = () => {
    const wasLost = ['lost', 'closed'].includes(store.get().connection);
    show(wasLost ? 'restored' : 'open');
    if (wasLost) setTimeout(() => store.get().connection === 'restored' && show('open'), RESTORED_MS);
    if (opened || wasLost) listener.connected();
    opened = true;
  };
  source.onerror = () => show(source.readyState === EventSource.CLOSED ? 'closed' : 'lost');
  source.onmessage = (event) => {
    const change = parseChanged(event.data);
    if (change !== undefined) listener.changed(change);
  };
}

function parseChanged(data: unknown): Changed | undefined {
  try {
    const body: unknown = JSON.parse(String(data));
    return typeof body === 'object' && body !== null && 'kind' in body ? (body as Changed) : undefined;
  } catch {
    return undefined;
  }
}
