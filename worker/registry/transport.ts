import type { Readable } from 'node:stream';
import type { Authorization, Scope } from './authorization.ts';
import { BodyTooLarge } from './body.ts';
import { type Carrier, type Exchange, type SmallBody, wholeCarrier } from './carrier.ts';
import { parseChallenges } from './challenge.ts';
import type { Clock } from './clock.ts';
import { connectionError } from './connection-error.ts';
import type { RegistryEndpoint } from './endpoint.ts';
import { type ErrorPlace, isRegistryError, type Operation, RegistryError } from './errors.ts';
import { checkUrl } from './guard.ts';
import { type Headers, headerText, resolveAddress } from './headers.ts';
import type { Pace, Turn } from './host-pace.ts';
import { NotForPipe } from './pipe/pipe-error.ts';
import { type RateLimit, rateLimitOf } from './rate-limit.ts';
import { type Refusal, refusalError, wantsLogin } from './refusal.ts';
import { retrying } from './retry.ts';
import type { ThroughputOptions } from './throughput.ts';
import type { UploadWay } from './upload-session.ts';

export interface TransportOptions {
  readonly endpoint: RegistryEndpoint;
  /** Streams, and whatever sockets of our own do not read. */
  readonly undici: Carrier<Readable>;
  /** For requests with small answers. */
  readonly small: Carrier<SmallBody>;
  readonly authorization: Authorization;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly onRateLimit?: ((limit: RateLimit) => void) | undefined;
  /** How long the answer to a whole blob may take to begin. */
  readonly commitMs: number;
  /** How long a small answer may take as a whole, so that one which drips is no answer. */
  readonly answerMs: number;
  /** How slow a download may be. */
  readonly slowest?: ThroughputOptions | undefined;
}

/** One request of the distribution API. */
export interface Call {
  readonly operation: Operation;
  readonly method: Exchange['method'];
  /** A path on the registry's origin (`/v2/…`), or an address that the registry itself gave for it. */
  readonly url: string | URL;
  readonly scope: Scope;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable;
  /** The body comes by another way than `body`, and only once. */
  readonly streamed?: boolean;
  /** The statuses that are an answer; any other is thrown. */
  readonly expect: readonly number[];
  /** Instead of the usual time for the answer to begin. */
  readonly headersMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose body has not been read yet: read it to its end or destroy it. */
export interface Reply<Body = Readable> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  /** Where it came from, after redirects. */
  readonly url: URL;
}
export interface Answer extends Omit<Reply, 'body'> {
  readonly body: Buffer;
}

export interface Transport {
  readonly endpoint: RegistryEndpoint;
  readonly clock: Clock;
  readonly commitMs: number;
  /** How slow a download may be. */
  readonly slowest?: ThroughputOptions | undefined;
  /** What the registry was found to take; remembered for as long as it is open. */
  readonly uploads: { way: UploadWay };
  /** One try, one login where the registry asks for it. Throws RegistryError, or the signal's reason. */
  send(call: Call): Promise<Reply>;
  /** send() by another way than undici. */
  sendBy<Body>(carrier: Carrier<Body>, call: Call): Promise<Reply<Body>>;
  /** send() and the whole body, at most `limitBytes`; never repeated. */
  once(call: Call, limitBytes?: number): Promise<Answer>;
  /** once(), repeated as retry.ts says: only for requests that may be made twice. */
  read(call: Call, limitBytes?: number): Promise<Answer>;
}

const REDIRECTS_MAX = 5;
const ANSWER_MAX_BYTES = 64 * 1024;
const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);

export function createTransport(options: TransportOptions): Transport {
  const { endpoint, authorization, clock, pace } = options;

  const ask = async <Body>(carrier: Carrier<Body>, call: Call): Promise<Reply<Body>> => {
    const place = placeOf(endpoint, call);
    try {
      call.signal?.throwIfAborted();
      const need = isStreamed(call) ? 'long body' : 'request';
      const header = await authorization.header(call.scope, need, call.signal);
      const reply = await follow(options, carrier, { call, authorization: header });
      if (call.expect.includes(reply.status)) return reply;
      const refusal = await refusalOf(carrier, reply);
      // Only the registry itself may ask for a login, and once.
      if (!wantsLogin(refusal) || reply.url.origin !== endpoint.origin) {
        throw refusalError(refusal, place, clock.now());
      }
      const refused = { header, challenges: challengesOf(refusal) };
      const renewed = await authorization.renew(call.scope, refused, call.signal);
      if (renewed === undefined) {
        throw authorization.explain(refusalError(refusal, place, clock.now()), refused);
      }
      if (isStreamed(call)) {
        // What has been streamed away cannot be sent again here; whoever can open it anew has a login now.
        throw new RegistryError({ ...refusalError(refusal, place, clock.now()), retryable: true });
      }
      const second = await follow(options, carrier, { call, authorization: renewed });
      if (call.expect.includes(second.status)) return second;
      const last = await refusalOf(carrier, second);
      const again = { header: renewed, challenges: challengesOf(last) };
      throw authorization.explain(refusalError(last, place, clock.now()), again);
    } catch (error) {
      throw translated(error, call, place);
    }
  };

  const inTurn = async <T>(turn: Turn, run: () => Promise<T>): Promise<T> => {
    try {
      const done = await run();
      turn.succeeded();
      return done;
    } catch (error) {
      if (isRegistryError(error)) turn.failed(error);
      throw error;
    }
  };
  const sendBy = async <Body>(carrier: Carrier<Body>, call: Call): Promise<Reply<Body>> => {
    const turn = await pace.turn(placeOf(endpoint, call), call.signal);
    return inTurn(turn, () => ask(carrier, call));
  };

  const { undici } = options;
  const send = (call: Call): Promise<Reply> => sendBy(undici, call);
  const once = async (call: Call, limitBytes = ANSWER_MAX_BYTES): Promise<Answer> => {
    const streamed = isStreamed(call);
    const place = placeOf(endpoint, call);
    const turn = await pace.turn(place, call.signal);
    // The wait for a turn is none of the answer's time.
    const late = AbortSignal.timeout(options.answerMs);
    const signal = call.signal ? AbortSignal.any([call.signal, late]) : late;
    try {
      const carrier = streamed ? wholeCarrier(undici) : options.small;
      const timed = streamed ? call : { ...call, signal };
      const { body, ...reply } = await inTurn(turn, () => ask(carrier, timed));
      const { bytes, whole } = await body.readUpTo(limitBytes);
      if (!whole) throw new BodyTooLarge(limitBytes);
      return { ...reply, body: bytes };
    } catch (error) {
      if (!streamed && late.aborted && call.signal?.aborted !== true) throw tooSlow(place, options.answerMs);
      throw translated(error, call, place);
    }
  };

  return {
    endpoint,
    clock,
    commitMs: options.commitMs,
    slowest: options.slowest,
    uploads: { way: 'put' },
    send,
    sendBy,
    once,
    read: (call, limitBytes) => retrying(clock, () => once(call, limitBytes), call.signal),
  };
}

/**
 * The request and its redirects, each hop judged like the first. Credentials are for the registry's origin
 * only and do not come back after leaving it; storage hosts refuse a second credential beside their signature.
 */
async function follow<Body>(
  { endpoint, clock, onRateLimit }: TransportOptions,
  carrier: Carrier<Body>,
  { call, authorization }: { readonly call: Call; readonly authorization: string | undefined },
): Promise<Reply<Body>> {
  let url = new URL(call.url, endpoint.origin);
  let credential = url.origin === endpoint.origin ? authorization : undefined;
  for (let hop = 0; ; hop += 1) {
    checkUrl(url, endpoint);
    const { status, headers, body } = await carrier.exchange({
      url,
      method: call.method,
      headers: {
        'user-agent': 'mirror/1',
        'accept-encoding': 'identity',
        ...call.headers,
        ...(credential !== undefined && { authorization: credential }),
      },
      body: call.body,
      headersMs: call.headersMs,
      signal: call.signal,
    });
    const limit = url.origin === endpoint.origin && rateLimitOf(endpoint.host, headers, clock.now());
    if (limit) onRateLimit?.(limit);
    const reading = call.method === 'GET' || call.method === 'HEAD';
    if (!reading || !REDIRECT_STATUSES.has(status)) return { status, headers, body, url };

    await carrier.explain(body);
    const next = resolveAddress(headerText(headers, 'location'), url);
    const place = placeOf(endpoint, call);
    if (!next) throw protocolError(place, 'a redirect without a usable Location');
    if (hop === REDIRECTS_MAX) throw protocolError(place, `more than ${REDIRECTS_MAX} redirects`);
    if (next.origin !== url.origin) credential = undefined;
    url = next;
  }
}

async function refusalOf<Body>(
  carrier: Carrier<Body>,
  { status, headers, body }: Reply<Body>,
): Promise<Refusal> {
  return { status, headers, body: await carrier.explain(body) };
}

const challengesOf = ({ headers }: Refusal): ReturnType<typeof parseChallenges> =>
  parseChallenges(headers['www-authenticate']);

function translated(error: unknown, { signal }: Call, place: ErrorPlace): unknown {
  if (signal?.aborted) return signal.reason;
  return error instanceof NotForPipe ? error : connectionError(error, place);
}

function protocolError(place: ErrorPlace, detail: string): RegistryError {
  return new RegistryError({ ...place, code: 'protocol', detail, retryable: false });
}

function tooSlow(place: ErrorPlace, answerMs: number): RegistryError {
  const detail = `the answer was not complete after ${answerMs / 1_000} s`;
  return new RegistryError({ ...place, code: 'timeout', detail, retryable: true });
}

const isStreamed = ({ body, streamed }: Call): boolean =>
  streamed === true || (body !== undefined && !Buffer.isBuffer(body));

const placeOf = ({ host }: RegistryEndpoint, { operation, scope }: Call): ErrorPlace => ({
  host,
  operation,
  repository: scope.repository,
});
