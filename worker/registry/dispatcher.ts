import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { AddressRefused, isPublicAddress } from './guard.ts';

/** How long one connection may be silent at each stage, in milliseconds. */
export interface Timeouts {
  readonly connectMs: number;
  /** From the last byte sent to the first of the answer; also how long a body may not be taken. */
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
  /** As headersMs, after a blob: registries read a large one again before they answer. */
  readonly commitMs: number;
}
export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  headersMs: 60_000,
  idleMs: 45_000,
  commitMs: 180_000,
};

export interface GuardOptions {
  /** `host:port` that may be private, exactly as written. */
  readonly listed: ReadonlySet<string>;
  readonly timeouts?: Timeouts;
  /** The system's resolver unless a test brings its own. */
  readonly lookup?: LookupFunction;
}

/**
 * Connections to public addresses only. Judged three times, because each alone was beaten when tried:
 * an address literal never reaches a lookup, a name can resolve differently the second time (so the checked
 * answer is what is connected to), and the peer is asked once more after connecting.
 * HTTP/2 is off, so that one connection belongs to one host.
 */
export function guardedDispatcher(options: GuardOptions): Dispatcher {
  const { connectMs, headersMs, idleMs } = options.timeouts ?? DEFAULT_TIMEOUTS;
  const lookup = options.lookup ?? systemLookup;
  const base = { allowH2: false, timeout: connectMs };
  const open = buildConnector({ ...base, lookup });
  const guarded = buildConnector({ ...base, lookup: publicOnly(lookup) });
  const connect: buildConnector.connector = (to, callback) => {
    const host = to.hostname.replace(/^\[|\]$/g, '');
    const port = to.port || (to.protocol === 'http:' ? '80' : '443');
    const name = isIP(host) === 6 ? `[${host}]` : host;
    if (options.listed.has(`${name}:${port}`)) return open(to, callback);
    if (isIP(host) !== 0 && !isPublicAddress(host)) return callback(refused(host, port), null);
    return guarded(to, (...result) => {
      const [error, socket] = result;
      if (error) return callback(error, null);
      const peer = socket.remoteAddress ?? '';
      if (isPublicAddress(peer)) return callback(null, socket);
      socket.destroy();
      return callback(refused(host, port), null);
    });
  };
  return new Agent({
    connect,
    allowH2: false,
    headersTimeout: headersMs,
    bodyTimeout: idleMs,
    maxHeaderSize: 16 * 1024,
    keepAliveTimeout: 30_000,
  });
}

function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error) return callback(error, []);
      const answers: LookupAddress[] =
        typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found;
      // One private answer among public ones is enough: which of them is connected to is not ours to choose.
      const hidden = answers.find(({ address }) => !isPublicAddress(address));
      const first = answers[0];
      if (hidden || !first) return callback(refused(hostname), []);
      if (options.all) return callback(null, answers);
      return callback(null, first.address, first.family);
    });
  };
}

/** The address it resolved to stays out of the text: a refusal must not map somebody's inner network. */
function refused(host: string, port?: string): AddressRefused {
  return new AddressRefused(`${host}${port ? `:${port}` : ''} is not a public address`);
}
