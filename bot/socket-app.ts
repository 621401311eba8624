import { App, SocketModeReceiver } from '@slack/bolt';
import { WebAPIHTTPError, WebAPIRequestError } from '@slack/web-api';
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
  reconnectPatiently(receiver.client, options.log);
  const app = new App({
    token: access.botToken,
    receiver,
    clientOptions,
    logger,
    deferInitialization: true,
  });
  return { app, health: () => ({ ok: socket === 'connected', text: socket }) };
}

/** Between two tries to come back. */
const AGAIN_MS = 2_000;

/**
 * While it connects anew, @slack/socket-mode 3.1 takes one unanswered `apps.connections.open` for the end, by a rejection
 * that nobody handles: it would end the process. Once it was connected, an unanswered call is made again until Slack is
 * back. What Slack refuses (a revoked token) still ends it.
 */
function reconnectPatiently(client: SocketModeReceiver['client'], log: Log): void {
  client.once('connected', () => {
    const ask = client['retrieveWSSURL'].bind(client);
    const askUntilAnswered = async (): Promise<string> => {
      while (!client['shuttingDown']) {
        try {
          return await ask();
        } catch (error) {
          if (!(error instanceof WebAPIRequestError) && !(error instanceof WebAPIHTTPError)) throw error;
          log('warn', 'Slack does not answer while the app comes back to it; it is asked again', { error });
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        }
      }
      // Told to go meanwhile: with an address it would come in again, and a rejection would be nobody's.
      return new Promise(() => {});
    };
    Object.assign(client, { retrieveWSSURL: askUntilAnswered });
  });
}
