import type { IncomingMessage } from 'node:http';
import { cutAnswer, cutRequest, type Pace, slowAnswer } from './body-faults.ts';
import type { Handler } from './server.ts';

/**
 * What goes wrong with a request that matches:
 * `status` answers for the stand-in · `cut` closes the connection before it is handled ·
 * `lost` handles it and closes the connection instead of answering ·
 * `hold` handles it and keeps the answer until `release` settles ·
 * `wait` keeps the request until `release` settles, and handles it then ·
 * `cutRequest` closes the connection after so many bytes of the request's body, before it is handled ·
 * `cutAnswer` handles it and closes the connection after so many bytes of the answer's body ·
 * `slow` handles it and lets the answer's body out piece by piece.
 */
export type FaultKind =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  | { readonly kind: 'cut' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'hold'; readonly release: Promise<void> }
  | { readonly kind: 'wait'; readonly release: Promise<void> }
  | { readonly kind: 'cutRequest'; readonly afterBytes: number }
  | { readonly kind: 'cutAnswer'; readonly afterBytes: number }
  | ({ readonly kind: 'slow' } & Pace);

export type Fault = FaultKind & {
  readonly match: (request: IncomingMessage) => boolean;
  /** How many matching requests are hit; default 1. */
  readonly times?: number;
  /** How many matching requests pass first; default 0. */
  readonly after?: number;
};

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** How many requests were hit so far. */
  readonly hits: number;
}

interface Armed {
  readonly fault: Fault;
  left: number;
  pass: number;
}

/** Wraps a good stand-in; without faults it is the stand-in itself. */
export function withFaults(inner: Handler): { handler: Handler; faults: Faults } {
  let armed: Armed[] = [];
  let hits = 0;
  const next = (request: IncomingMessage): Fault | undefined => {
    for (const entry of armed) {
      if (entry.left <= 0 || !entry.fault.match(request)) continue;
      if (entry.pass > 0) {
        entry.pass -= 1;
        continue;
      }
      entry.left -= 1;
      hits += 1;
      return entry.fault;
    }
    return undefined;
  };
  const handler: Handler = (request, response) => {
    const fault = next(request);
    if (!fault) return inner(request, response);
    switch (fault.kind) {
      case 'status':
        request.resume();
        response.writeHead(fault.status, fault.headers);
        response.end(fault.body ?? '');
        return;
      case 'cut':
        request.socket.destroy();
        return;
      case 'lost': {
        // The effect stands, the answer does not: the moment it would be sent the line goes dead.
        response.writeHead = () => response;
        response.write = () => true;
        response.end = () => {
          request.socket.destroy();
          return response;
        };
        return inner(request, response);
      }
      case 'hold': {
        const end = response.end.bind(response);
        Object.assign(response, {
          end: (...args: Parameters<typeof end>) => {
            void fault.release.then(() => end(...args));
            return response;
          },
        });
        return inner(request, response);
      }
      case 'wait':
        // Nobody is there any more who would hear of it.
        return fault.release.then(() => (request.socket.destroyed ? undefined : inner(request, response)));
      case 'cutRequest':
        cutRequest(request, fault.afterBytes);
        return;
      case 'cutAnswer':
        cutAnswer(request, response, fault.afterBytes);
        return inner(request, response);
      case 'slow':
        slowAnswer(response, fault);
        return inner(request, response);
      default:
        return fault satisfies never;
    }
  };
  return {
    handler,
    faults: {
      add: (fault) => {
        armed.push({ fault, left: fault.times ?? 1, pass: fault.after ?? 0 });
      },
      clear: () => {
        armed = [];
      },
      get hits() {
        return hits;
      },
    },
  };
}
