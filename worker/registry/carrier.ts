import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { readCapped } from './body.ts';
import type { Headers } from './headers.ts';

/** One request to exactly one address: redirects and logins are the transport's. */
export interface Exchange {
  readonly url: URL;
  readonly method: 'HEAD' | 'GET' | 'POST' | 'PUT';
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

export function undiciCarrier(dispatcher: Dispatcher): Carrier<Readable> {
  return {
    exchange: async ({ url, method, headers, body, headersMs, signal }) => {
      const answer = await request(url, {
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
