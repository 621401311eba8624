import { connect, createServer, type Server, type Socket } from 'node:net';

/** An HTTP proxy that only tunnels, and takes every name for this machine. */
export interface ConnectProxy {
  readonly origin: string;
  /** The heads of what it was asked, as they came. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export interface ConnectProxyOptions {
  /** Instead of opening a tunnel: the whole answer, or nothing at all for an empty one. */
  readonly answer?: string;
}

export async function startConnectProxy({ answer }: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const server: Server = createServer((client) => {
    keep(client);
    let head = '';
    const read = (piece: Buffer): void => {
      head += piece.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      client.off('data', read);
      asked.push(head);
      if (answer !== undefined) return void client.end(answer);
      const port = /^CONNECT [^ ]+:([0-9]+) HTTP\/1\.1\r\n/.exec(head)?.[1];
      if (port === undefined) return void client.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n');
      const target = connect(Number(port), '127.0.0.1');
      keep(target);
      target.once('connect', () => {
        client.write('HTTP/1.1 200 Connection established\r\nproxy-agent: test\r\n\r\n');
        client.pipe(target).pipe(client);
      });
      target.on('close', () => client.destroy());
      client.on('close', () => target.destroy());
    };
    client.on('data', read);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
