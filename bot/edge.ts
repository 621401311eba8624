import type { App } from '@slack/bolt';
import type { PartHealth } from '../core/health/health.ts';
import type { Log } from '../core/log.ts';
import { httpApp } from './http/http-app.ts';
import { httpReceiver } from './http/receiver.ts';
import { serveSlack, type SlackServer } from './http/server.ts';
import { type SocketAccess, socketModeApp } from './socket-app.ts';

/** Slack posts to us; TLS and the public name are somebody else's. */
export interface HttpAccess {
  readonly botToken: string;
  /** One; or the old and the new one while it is changed. */
  readonly signingSecrets: readonly string[];
  readonly port: number;
  readonly host: string;
  /** Another Web API than slack.com's, as a stand-in offers it; ends in a slash. */
  readonly apiUrl?: string;
}
export type SlackAccess = SocketAccess | HttpAccess;

/** How Slack reaches the app, whichever way. */
export interface Edge {
  readonly app: App;
  /** Rejects where Slack does not let the app in, or the port is taken. */
  start(): Promise<void>;
  /** Takes nothing new. */
  stop(): Promise<void>;
  health(): PartHealth;
  /** Where Slack posts to, once it is started; undefined in Socket Mode. */
  url(): string | undefined;
}

export interface EdgeOptions {
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly log: Log;
}

/** The app in Socket Mode or over HTTP, before its listeners are bound. */
export function openEdge(access: SlackAccess, options: EdgeOptions): Edge {
  return 'appToken' in access ? socketEdge(access, options) : httpEdge(access, options);
}

function socketEdge(access: SocketAccess, options: EdgeOptions): Edge {
  const { app, health } = socketModeApp(access, options);
  return {
    app,
    health,
    start: async () => {
      await app.init();
      await app.start();
    },
    stop: async () => {
      await app.stop();
    },
    url: () => undefined,
  };
}

function httpEdge(access: HttpAccess, { log, now, timeoutMs }: EdgeOptions): Edge {
  const { apiUrl, botToken, host, port, signingSecrets } = access;
  const receiver = httpReceiver({ secrets: async () => signingSecrets, now, log });
  const app = httpApp({ receiver, botToken: async () => botToken, apiUrl, timeoutMs, log });
  let server: SlackServer | undefined;
  return {
    app,
    health: () => server?.health() ?? { ok: false, text: 'not started' },
    start: async () => {
      await app.init();
      server = await serveSlack({ receiver, host, port, now, log });
    },
    stop: async () => {
      await server?.stop();
    },
    url: () => server?.url,
  };
}
