import {
  App,
  type BlockButtonAction,
  LogLevel,
  SocketModeReceiver,
  type ViewSubmitAction,
} from '@slack/bolt';
import type { PartHealth } from '../core/health/health.ts';
import { aboutRequest, type Log } from '../core/log.ts';
import { parseRequestId } from '../core/request/id.ts';
import { approveAction } from './actions/approve.ts';
import { denyAction } from './actions/deny.ts';
import { retryAction } from './actions/retry.ts';
import { mirrorCommand } from './commands/mirror.ts';
import type { BotDeps } from './deps.ts';
import { IDS } from './ids.ts';
import { webClientOptions } from './slack/client.ts';
import { denyView } from './views/deny.ts';

export interface SlackAccess {
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
  access: SlackAccess,
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

/** Binds ids to listeners, and nothing else. */
export function bindListeners(app: App, deps: BotDeps): void {
  app.command(IDS.command, (args) => mirrorCommand(deps, args));
  app.action<BlockButtonAction>(IDS.approve, (args) =>
    about(args.action.value, () => approveAction(deps, args)),
  );
  app.action<BlockButtonAction>(IDS.deny, (args) => about(args.action.value, () => denyAction(deps, args)));
  app.action<BlockButtonAction>(IDS.retry, (args) => about(args.action.value, () => retryAction(deps, args)));
  app.view<ViewSubmitAction>(IDS.denyView, (args) =>
    about(args.view.private_metadata, () => denyView(deps, args)),
  );
  app.error(async (error) => deps.log('error', 'a listener failed', { error }));
}

/** What is logged on the way is about the request that the button or dialog carries. */
function about<T>(value: string | undefined, run: () => T): T {
  const id = parseRequestId(value ?? '');
  return id === undefined ? run() : aboutRequest(id, run);
}

/** Bolt's own lines go into our log; its debug lines hold payloads and are dropped. */
function boltLogger(log: Log) {
  const text = (parts: readonly unknown[]): string =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => {},
    info: (...parts: unknown[]) => log('debug', text(parts)),
    warn: (...parts: unknown[]) => log('warn', text(parts)),
    error: (...parts: unknown[]) => log('error', text(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
