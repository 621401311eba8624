import { isIP, connect as connectPlain, type LookupFunction, type OnReadOpts, type Socket } from 'node:net';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import { portOf } from './endpoint.ts';

export interface OpenSocketOptions {
  readonly connectMs: number;
  readonly lookup?: LookupFunction | undefined;
  readonly secureContext?: SecureContext | undefined;
  /** Where the connection puts what it reads; without it Node's streams do that. */
  readonly onread?: OnReadOpts | undefined;
}

const KEEP_ALIVE_MS = 60_000;
/** Sessions by name and port: a second connection to the same host is opened in fewer round trips. */
const SESSIONS_MAX = 100;

/**
 * Plain and TLS connections of HTTP/1.1, in the form in which undici takes them too. undici has one of its own; loading
 * undici takes longer than a small copy, and this is all of it that most copies need.
 */
export function openSocket(options: OpenSocketOptions): buildConnector.connector {
  const { connectMs, lookup, secureContext, onread } = options;
  const sessions = new Map<string, Buffer>();
  return ({ protocol, hostname, port, httpSocket }, callback) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const number = Number(portOf({ protocol, port }));
    const common = { host, port: number, ...(lookup && { lookup }), ...(onread && { onread }) };
    const isTls = protocol === 'https:';
    const socket = isTls
      ? openTls({ ...common, secureContext, ...(httpSocket && { socket: httpSocket }) }, sessions)
      : (httpSocket ?? connectPlain({ ...common, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }));
    socket.setNoDelay(true);

    const late = setTimeout(() => {
      const text = `no connection to ${hostname}:${number} in ${connectMs} ms`;
      socket.destroy(Object.assign(new Error(text), { code: 'ETIMEDOUT' }));
    }, connectMs);
    const done = (): void => {
      settle();
      callback(null, socket);
    };
    const failed = (error: Error): void => {
      settle();
      callback(error, null);
    };
    const event = isTls ? 'secureConnect' : 'connect';
    const settle = (): void => {
      clearTimeout(late);
      socket.off(event, done).off('error', failed);
    };
    socket.once(event, done).once('error', failed);
    return socket;
  };
}

function openTls(
  options: ConnectionOptions & { readonly host: string; readonly port: number },
  sessions: Map<string, Buffer>,
): Socket {
  const { host, port } = options;
  const key = `${host}:${port}`;
  const session = sessions.get(key);
  // OpenSSL takes a tenth of a small copy's time to load, and a registry next door may do without.
  const socket = process.getBuiltinModule('node:tls').connect({
    ...options,
    // An address has no server name (RFC 6066, 3).
    servername: isIP(host) === 0 ? host : '',
    ALPNProtocols: ['http/1.1'],
    ...(session && { session }),
  });
  socket.on('session', (given) => {
    if (sessions.size < SESSIONS_MAX || sessions.has(key)) sessions.set(key, given);
  });
  return socket;
}
