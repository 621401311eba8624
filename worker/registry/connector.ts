import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction, type OnReadOpts } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import { portOf } from './endpoint.ts';
import { connectFailed } from './connect-failed.ts';
import { AddressRefused, isPublicAddress } from './guard.ts';
import { openSocket } from './open-socket.ts';
import { NotForPipe } from './pipe/pipe-error.ts';
import type { ProxyOf } from './proxy.ts';
import { openTunnel } from './tunnel.ts';

export interface ConnectorOptions {
  /** `host:port` that may be private, exactly as written. */
  readonly listed: ReadonlySet<string>;
  readonly connectMs: number;
  /** The system's resolver unless a test brings its own. */
  readonly lookup?: LookupFunction | undefined;
  /** Whose certificates are believed, where that is not the system's list alone. */
  readonly secureContext?: SecureContext | undefined;
  /** Which proxy to go through, if any. It resolves names itself, so only literal addresses are judged then. */
  readonly proxyOf?: ProxyOf | undefined;
  /** Where a connection puts what it reads; without it Node's streams do that. */
  readonly onread?: OnReadOpts | undefined;
}

/**
 * Connections to public addresses only. Judged three times, because each alone was beaten when tried:
 * an address literal never reaches a lookup, a name can resolve differently the second time (so the checked
 * answer is what is connected to), and the peer is asked once more after connecting.
 * HTTP/2 is off, so that one connection belongs to one host. What goes wrong is ConnectFailed or AddressRefused.
 */
export function guardedConnector(options: ConnectorOptions): buildConnector.connector {
  const { listed, connectMs, secureContext, proxyOf, onread, lookup = systemLookup } = options;
  const base = { connectMs, secureContext, onread };
  const open = openSocket({ ...base, lookup });
  const guarded = openSocket({ ...base, lookup: publicOnly(lookup) });
  return (to, callback) => {
    const host = to.hostname.replace(/^\[|\]$/g, '');
    const port = portOf(to);
    const place = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
    const fail = (error: Error): void =>
      callback(error instanceof AddressRefused ? error : connectFailed(error, place), null);
    const done: buildConnector.Callback = (...[error, socket]) =>
      error ? fail(error) : callback(null, socket);
    const mayBePrivate = listed.has(place);
    if (!mayBePrivate && isIP(host) !== 0 && !isPublicAddress(host)) return fail(refused(host, port));
    const proxy = proxyOf?.({ protocol: to.protocol, host, port });
    if (proxy) {
      // Node ignores `onread` where TLS runs over a socket that is open already (nodejs.org/api/tls.html, tls.connect).
      if (onread) return callback(new NotForPipe('it is reached through a proxy'), null);
      openTunnel({ proxy, place, connectMs }).then(
        (socket) => {
          if (to.protocol === 'http:') return callback(null, socket);
          open({ ...to, httpSocket: socket }, done);
        },
        (error: Error) => callback(error, null),
      );
      return;
    }
    if (mayBePrivate) return open(to, done);
    guarded(to, (...[error, socket]) => {
      if (error) return fail(error);
      const peer = socket.remoteAddress ?? '';
      if (isPublicAddress(peer)) return callback(null, socket);
      socket.destroy();
      return fail(refused(host, port));
    });
  };
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
