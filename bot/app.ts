import { App, type BlockButtonAction, LogLevel, type ViewSubmitAction } from '@slack/bolt';
import type { Log } from '../core/log.ts';
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

/** A Bolt app in Socket Mode, before its listeners are bound. */
export function socketModeApp(
  access: SlackAccess,
  options: { readonly timeoutMs: number; readonly log: Log },
): App {
  return new App({
    token: access.botToken,
    appToken: access.appToken,
    socketMode: true,
    clientOptions: webClientOptions(access.apiUrl, options.timeoutMs),
    logger: boltLogger(options.log),
    deferInitialization: true,
  });
}

/** Binds ids to listeners, and nothing else. */
export function bindListeners(app: App, deps: BotDeps): void {
  app.command(IDS.command, (args) => mirrorCommand(deps, args));
  app.action<BlockButtonAction>(IDS.approve, (args) => approveAction(deps, args));
  app.action<BlockButtonAction>(IDS.deny, (args) => denyAction(deps, args));
  app.action<BlockButtonAction>(IDS.retry, (args) => retryAction(deps, args));
  app.view<ViewSubmitAction>(IDS.denyView, (args) => denyView(deps, args));
  app.error(async (error) => deps.log('error', 'a listener failed', { error }));
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
