import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isObject, type JsonObject, objectAt, parseJson, textAt } from '../json-object.ts';
import { app } from '../workspace/seeds.ts';

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

export type Ack =
  | { readonly kind: 'acked'; readonly payload: JsonObject }
  /** Nobody is connected. */
  | { readonly kind: 'no_app' }
  /** Connected, but silent until the deadline. */
  | { readonly kind: 'timeout' };

/**
 * Slack's side of Socket Mode: hello, one envelope to one of the connections, the ack with its payload.
 * https://docs.slack.dev/apis/events-api/using-socket-mode, and @slack/socket-mode 3.1.0 for what the client reads.
 */
export interface SocketMode {
  /** The single-use address that apps.connections.open answers. */
  newUrl(): string;
  send(type: EnvelopeType, payload: JsonObject): Promise<Ack>;
  connected(): Promise<void>;
  disconnected(): Promise<void>;
  /** Asks every client to come again, as Slack does when it recycles a server; `warning` says so some seconds before. */
  refresh(reason?: 'refresh_requested' | 'warning'): void;
  /** Nothing is read, answered or sent any more on the open connections, as on a line that is dead without a word. */
  freeze(): void;
  /** How many envelopes each connection was sent that was ever greeted, in the order of their coming. */
  readonly sent: readonly number[];
  close(): Promise<void>;
}

const pingMs = 10_000;
/** How long a client may take for its close frame before it is cut: a killed process never sends one. */
const farewellMs = 1_000;

export function openSocketMode(options: {
  readonly server: Server;
  readonly port: number;
  readonly newId: () => string;
  readonly ackDeadlineMs: number;
}): SocketMode {
  const sockets = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const waiting = new Map<string, (ack: Ack) => void>();
  const ready: WebSocket[] = [];
  /** Envelope ids that a connection has not acknowledged. */
  const owed = new Map<WebSocket, Set<string>>();
  const arrivals: (() => void)[] = [];
  const departures: (() => void)[] = [];
  const sent: number[] = [];
  const places = new Map<WebSocket, number>();
  let closing = false;

  options.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
    if (closing || !tickets.delete(ticket)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection) => greet(connection));
  });

  const greet = (connection: WebSocket) => {
    const pings = setInterval(() => connection.ping(), pingMs);
    pings.unref();
    const mine = new Set<string>();
    owed.set(connection, mine);
    connection.on('close', () => {
      clearInterval(pings);
      owed.delete(connection);
      places.delete(connection);
      if (ready.includes(connection)) ready.splice(ready.indexOf(connection), 1);
      // What this connection still owes will not come any more.
      for (const id of mine) waiting.get(id)?.({ kind: 'timeout' });
      if (ready.length === 0) for (const gone of departures.splice(0)) gone();
    });
    connection.on('error', () => connection.terminate());
    connection.on('message', (data) => {
      const frame = parseJson(data.toString());
      if (!isObject(frame)) return;
      const id = textAt(frame, 'envelope_id') ?? '';
      waiting.get(id)?.({ kind: 'acked', payload: objectAt(frame, 'payload') });
    });
    ready.push(connection);
    places.set(connection, sent.push(0) - 1);
    connection.send(
      JSON.stringify({
        type: 'hello',
        num_connections: ready.length,
        debug_info: { host: 'applink-local', approximate_connection_time: 18060 },
        connection_info: { app_id: app.id },
      }),
    );
    for (const arrived of arrivals.splice(0)) arrived();
  };
  const sendOnce = (type: EnvelopeType, payload: JsonObject, retry: JsonObject): Promise<Ack> => {
    const connection = ready.shift();
    if (!connection) return Promise.resolve({ kind: 'no_app' });
    ready.push(connection);
    const id = options.newId();
    const mine = owed.get(connection);
    mine?.add(id);
    const place = places.get(connection) ?? 0;
    sent[place] = (sent[place] ?? 0) + 1;
    return new Promise((resolve) => {
      const settle = (ack: Ack) => {
        clearTimeout(deadline);
        waiting.delete(id);
        mine?.delete(id);
        resolve(ack);
      };
      const deadline = setTimeout(() => settle({ kind: 'timeout' }), options.ackDeadlineMs);
      waiting.set(id, settle);
      // Nobody reads what the ack of an event says.
      const accepts_response_payload = type !== 'events_api';
      connection.send(JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload, ...retry }));
    });
  };
  /** An event that was not acknowledged comes once more at once, to whoever is there then. */
  const send = async (type: EnvelopeType, payload: JsonObject): Promise<Ack> => {
    const ack = await sendOnce(
      type,
      payload,
      type === 'events_api' ? { retry_attempt: 0, retry_reason: '' } : {},
    );
    if (type !== 'events_api' || ack.kind === 'acked') return ack;
    return sendOnce(type, payload, { retry_attempt: 1, retry_reason: 'timeout' });
  };

  return {
    newUrl: () => {
      const ticket = options.newId();
      tickets.add(ticket);
      return `ws://127.0.0.1:${options.port}/link/?ticket=${ticket}&app_id=${app.id}`;
    },
    send,
    connected: () =>
      ready.length > 0 ? Promise.resolve() : new Promise((resolve) => arrivals.push(resolve)),
    disconnected: () =>
      ready.length === 0 ? Promise.resolve() : new Promise((resolve) => departures.push(resolve)),
    refresh: (reason = 'refresh_requested') => {
      for (const connection of ready) connection.send(JSON.stringify({ type: 'disconnect', reason }));
    },
    freeze: () => {
      for (const connection of ready.splice(0)) connection.pause();
      for (const gone of departures.splice(0)) gone();
    },
    sent,
    close: async () => {
      closing = true;
      // A socket cut without the closing handshake makes the client reconnect for ever: close frame first, then wait.
      await Promise.all([...sockets.clients].map(farewell));
      sockets.close();
    },
  };
}

function farewell(connection: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => connection.terminate(), farewellMs);
    connection.once('close', () => {
      clearTimeout(cut);
      resolve();
    });
    connection.close(1000);
  });
}
