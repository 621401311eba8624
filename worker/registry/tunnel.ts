import type { Socket } from 'node:net';
import { portOf } from './endpoint.ts';
import { errorCode } from '../../core/error-code.ts';
import { openSocket } from './open-socket.ts';
import { ConnectFailed } from './connect-failed.ts';

export interface Tunnel {
  readonly proxy: URL;
  /** `host:port` to reach; the proxy resolves the name. */
  readonly place: string;
  readonly connectMs: number;
}

/** As much of a proxy's answer as is read before it is given up. */
const HEAD_MAX_BYTES = 16 * 1024;

/**
 * A connection through an HTTP proxy, open for whatever comes next (RFC 9110, 9.3.6 CONNECT). Plain HTTP goes through
 * a tunnel too: one way for both. Rejects with ConnectFailed.
 */
export async function openTunnel({ proxy, place, connectMs }: Tunnel): Promise<Socket> {
  // The proxy is the operator's own word, so its address may be anything.
  const connect = openSocket({ connectMs });
  const { protocol, hostname, host } = proxy;
  const port = portOf(proxy);
  const failed = (error: Error, why: string): ConnectFailed => {
    const code = errorCode(error) || 'PROXY_REFUSED';
    const text = `the proxy ${hostname}:${port} ${why}`;
    return new ConnectFailed({ code, phase: 'proxy', place }, new Error(text, { cause: error }));
  };
  const socket = await new Promise<Socket>((resolve, reject) => {
    connect({ protocol, hostname, host, port }, (...[error, opened]) => {
      if (error) return reject(failed(error, `cannot be reached (${errorCode(error) || error.message})`));
      if (opened) resolve(opened);
    });
  });
  try {
    const status = await ask(socket, { proxy, place, connectMs });
    if (status >= 200 && status < 300) return socket;
    const why = status === 407 ? 'asks for a user name and a password (HTTP 407)' : `answered HTTP ${status}`;
    throw failed(new Error(why), `does not open a connection to ${place}: it ${why}`);
  } catch (error) {
    socket.destroy();
    if (error instanceof ConnectFailed) throw error;
    const cause = error instanceof Error ? error : new Error(String(error));
    throw failed(cause, `did not open a connection to ${place} (${errorCode(cause) || cause.message})`);
  }
}

/** Sends CONNECT and reads the answer's head, and not a byte more: what follows belongs to the other end. */
function ask(socket: Socket, { proxy, place, connectMs }: Tunnel): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const login = [proxy.username, proxy.password].map(decodeURIComponent).join(':');
  const authorization = `Proxy-Authorization: Basic ${Buffer.from(login).toString('base64')}\r\n`;
  let head = '';
  const readHead = (): void => {
    while (!head.endsWith('\r\n\r\n') && head.length <= HEAD_MAX_BYTES) {
      const byte: Buffer | null = socket.read(1);
      if (byte === null) return;
      head += byte.toString('latin1');
    }
    const status = /^HTTP\/1\.[01] ([1-5][0-9]{2})\b.*\r\n\r\n$/s.exec(head)?.[1];
    if (status) resolve(Number(status));
    else reject(new Error('no HTTP answer'));
  };
  const onEnd = (): void => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
  const onTimeout = (): void => reject(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' }));
  socket.on('readable', readHead).on('error', reject).on('end', onEnd).on('close', onEnd);
  socket.setTimeout(connectMs, onTimeout);
  socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${login === ':' ? '' : authorization}\r\n`);
  return promise.finally(() => {
    socket.off('readable', readHead).off('error', reject).off('end', onEnd).off('close', onEnd);
    socket.off('timeout', onTimeout).setTimeout(0);
  });
}
