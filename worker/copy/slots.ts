import { type Flights, openFlights } from './flights.ts';

/** What all copies of a process share: how many transfers may run at the same time, and which do. */
export interface Slots {
  /** Waits for a place at all of these hosts together, so that none is held while another is waited for. */
  take(hosts: readonly string[], signal?: AbortSignal): Promise<() => void>;
  /** Whoever wants what is under way already waits for it, and takes no place. */
  readonly flights: Flights;
}

export interface SlotLimits {
  /** At one host, whichever side it is. */
  readonly perHost: number;
  readonly overall: number;
}

interface Waiting {
  readonly hosts: readonly string[];
  readonly go: (release: () => void) => void;
}

/** First come, first served, but for those whose host is full: they do not hold up the others. */
export function openSlots({ perHost, overall }: SlotLimits): Slots {
  const busy = new Map<string, number>();
  const queue: Waiting[] = [];
  let running = 0;
  const count = (hosts: readonly string[], by: 1 | -1): void => {
    running += by;
    for (const host of hosts) busy.set(host, (busy.get(host) ?? 0) + by);
  };
  const start = (): void => {
    for (let at = 0; at < queue.length && running < overall; ) {
      const next = queue[at];
      if (!next || next.hosts.some((host) => (busy.get(host) ?? 0) >= perHost)) {
        at += 1;
        continue;
      }
      queue.splice(at, 1);
      count(next.hosts, 1);
      let released = false;
      next.go(() => {
        if (released) return;
        released = true;
        count(next.hosts, -1);
        start();
      });
    }
  };
  return {
    flights: openFlights(),
    take: async (given, signal) => {
      signal?.throwIfAborted();
      const hosts = [...new Set(given)];
      const { promise, resolve, reject } = Promise.withResolvers<() => void>();
      const waiting: Waiting = { hosts, go: resolve };
      const stop = (): void => {
        const at = queue.indexOf(waiting);
        if (at < 0) return;
        queue.splice(at, 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', stop, { once: true });
      queue.push(waiting);
      start();
      try {
        return await promise;
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
  };
}
