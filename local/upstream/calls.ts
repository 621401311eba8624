import type { IncomingMessage } from 'node:http';
import type { Handler } from '../server.ts';

export type UpstreamCallKind =
  | 'ping'
  | 'token'
  | 'manifest head'
  | 'manifest get'
  | 'blob head'
  | 'blob get'
  | 'tags'
  | 'referrers'
  | 'write'
  | 'other';

/** One request that reached the sample Hub, in the order they came. */
export interface UpstreamCall {
  readonly at: number;
  readonly server: 'registry' | 'auth' | 'blobs';
  readonly method: string;
  /** With the query, but never a signature. */
  readonly path: string;
  readonly kind: UpstreamCallKind;
  readonly repository?: string;
  /** The account whose token or password came along, else `anonymous`. */
  readonly user: string;
  /** 0 while the answer is not whole, and for ever where the connection was cut before it was. */
  readonly status: number;
  /** `Range` as asked, on blobs. */
  readonly range?: string;
}

export type CallFacts = Pick<UpstreamCall, 'kind' | 'repository' | 'user'>;

export interface CallLog {
  readonly calls: readonly UpstreamCall[];
  /** Wraps a server's handler; `describe` says what a request asks for and from whom. */
  record(
    server: UpstreamCall['server'],
    describe: (request: IncomingMessage) => CallFacts,
    inner: Handler,
  ): Handler;
}

export function createCallLog(now: () => number): CallLog {
  const calls: UpstreamCall[] = [];
  return {
    calls,
    record: (server, describe, inner) => (request, response) => {
      const range = request.headers.range;
      const call = {
        at: now(),
        server,
        method: request.method ?? '',
        path: (request.url ?? '').replace(/&?signature=[^&]*/, ''),
        ...describe(request),
        status: 0,
        ...(range !== undefined && { range }),
      };
      calls.push(call);
      // Noted before the last byte leaves: who has the whole answer finds it in the log.
      const end = response.end.bind(response);
      Object.assign(response, {
        end: (...args: Parameters<typeof end>) => {
          call.status = response.statusCode;
          return end(...args);
        },
      });
      return inner(request, response);
    },
  };
}
