import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { EXPLANATION_MAX_BYTES, type Read, readCapped, readUpTo } from './body.ts';
import type { Headers } from './headers.ts';

/** One request to exactly one address: redirects and logins are the transport's. */
export interface Exchange {
  readonly url: URL;
  readonly method: 'HEAD' | 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable | undefined;
  readonly headersMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Exchanged<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** How requests get across: through undici, or over sockets of our own. */
export interface Carrier<Body> {
  exchange(request: Exchange): Promise<Exchanged<Body>>;
  /** The beginning of a body that explains a refusal, empty where it cannot be had; ends the exchange. */
  explain(body: Body): Promise<Buffer>;
}

/** An answer that is read at once, up to a limit; what is above it is never read. */
export interface SmallBody {
  readUpTo(limitBytes: number): Promise<Read>;
}

/** undici is loaded with the first request that needs it. */
export type LazyDispatcher = () => Promise<Dispatcher>;

export function undiciCarrier(open: LazyDispatcher): Carrier<Readable> {
  return {
    exchange: async ({ url, method, headers, body, headersMs, signal }) => {
      // The default export is there whoever loads it: bundled, undici has no other.
      const [{ default: undici }, dispatcher] = await Promise.all([import('undici'), open()]);
      const answer = await undici.request(url, {
        dispatcher,
        method,
        // undici closes the connection after a HEAD unless told not to.
        reset: false,
        headers,
        ...(body !== undefined && { body }),
        ...(headersMs !== undefined && { headersTimeout: headersMs }),
        ...(signal && { signal }),
      });
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    },
    explain: readCapped,
  };
}

/** The same way, for answers that are read whole. */
export function wholeCarrier(carrier: Carrier<Readable>): Carrier<SmallBody> {
  return {
    exchange: async (request) => {
      const { body, ...answer } = await carrier.exchange(request);
      return { ...answer, body: { readUpTo: (limitBytes) => readUpTo(body, limitBytes) } };
    },
    explain: explainSmall,
  };
}

export const explainSmall = async (body: SmallBody): Promise<Buffer> => {
  try {
    return (await body.readUpTo(EXPLANATION_MAX_BYTES)).bytes;
  } catch {
    return Buffer.alloc(0);
  }
};
