import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { PartHealth } from '../../core/health/health.ts';
import type { Log } from '../../core/log.ts';
import type { HttpReceiver, SlackAnswer } from './receiver.ts';

export interface SlackServer {
  /** `http://HOST:PORT/slack/events` */
  readonly url: string;
  health(): PartHealth;
  /** Takes nothing new, and waits for what is under way, also after its acknowledgement. */
  stop(): Promise<void>;
}

export interface SlackServerOptions {
  readonly receiver: HttpReceiver;
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  readonly now: () => number;
  readonly log: Log;
}

/** The one address that the manifest names, for commands, interactions and events alike. */
export const SLACK_PATH = '/slack/events';
/** A view of Slack's is 250 KB at most, and comes percent-encoded. */
const BODY_MAX_BYTES = 1024 * 1024;

/** Slack over plain HTTP on one machine; TLS is the business of whatever stands before it. Rejects with EADDRINUSE. */
export async function serveSlack(options: SlackServerOptions): Promise<SlackServer> {
  const { host, log, now, port, receiver } = options;
  const running = new Set<Promise<void>>();
  let lastAt: number | undefined;
  const server = createServer((request, response) => {
    const work = handle(request, response).catch((error: unknown) => {
      // The line was cut: nobody is there to be told.
      log('debug', 'a request did not come through', { error });
      response.destroy();
    });
    running.add(work);
    void work.finally(() => running.delete(work));
  });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path !== SLACK_PATH) return end(request, response, said(404, `Slack posts to ${SLACK_PATH}.`));
    if (request.method !== 'POST') return end(request, response, said(405, 'POST it.'));
    const body = await readBody(request);
    if (!body) return end(request, response, said(413, 'It is larger than anything Slack sends.'));
    const { answered, done } = receiver.receive({ headers: headersOf(request), body });
    const answer = await answered;
    if (answer.status === 200) lastAt = now();
    send(response, answer);
    await done;
  };
  const lastText = (): string =>
    lastAt === undefined ? 'nothing came yet' : `last request ${Math.round((now() - lastAt) / 1_000)} s ago`;
  const clockText = (): string | undefined => {
    const skewS = receiver.skewS();
    return skewS === undefined ? undefined : `the last one was signed ${skewS} s off: see to the clock`;
  };
  // Load balancers keep connections for longer than Node's 5 s, and would use one that is just being closed.
  server.keepAliveTimeout = 75_000;
  // Slack sends its body at once; whoever dribbles is not Slack.
  server.requestTimeout = 15_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}${SLACK_PATH}`,
    // One that was sent again does not make the process ill, so it is only said.
    health: () => ({ ok: server.listening, text: [lastText(), clockText()].filter(Boolean).join('; ') }),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.all(running);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Undefined: too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of request) {
    total += chunk.length;
    if (total > BODY_MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );

const said = (status: number, text: string): SlackAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: `${text}\n`,
});

/** What is not wanted is not read on either. */
function end(request: IncomingMessage, response: ServerResponse, answer: SlackAnswer): void {
  send(response, { ...answer, headers: { ...answer.headers, connection: 'close' } });
  request.resume();
}

function send(response: ServerResponse, { body, headers, status }: SlackAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
