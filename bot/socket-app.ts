import { App, SocketModeReceiver } from '@slack/bolt';
import type { PartHealth } from '../core/health/health.ts';
import type { Log } from '../core/log.ts';
import { boltLogger } from './bolt-logger.ts';
import { webClientOptions } from './slack/client.ts';

export interface SocketAccess {
  readonly botToken: string;
  /** xapp-…: Socket Mode needs it. */
  readonly appToken: string;
  /** Another Web API than slack.com's, as a stand-in offers it; ends in a slash. */
  readonly apiUrl?: string;
}

export interface SocketApp {
  readonly app: App;
  /** Whether Slack's socket is open. */
  health(): PartHealth;
}

/** A Bolt app in Socket Mode, before its listeners are bound. */
export function socketModeApp(
  access: SocketAccess,
  options: { readonly timeoutMs: number; readonly log: Log },
): SocketApp {
  const logger = boltLogger(options.log);
  const clientOptions = webClientOptions(access.apiUrl, options.timeoutMs);
  const receiver = new SocketModeReceiver({
    appToken: access.appToken,
    logger,
    installerOptions: { clientOptions },
  });
  let socket = 'never connected';
  for (const state of ['connecting', 'connected', 'reconnecting', 'disconnecting', 'disconnected']) {
    receiver.client.on(state, () => {
      socket = state;
    });
  }
  const app = new App({
    token: access.botToken,
    receiver,
    clientOptions,
    logger,
    deferInitialization: true,
  });
  return { app, health: () => ({ ok: socket === 'connected', text: socket }) };
}
