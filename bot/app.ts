import type { App, BlockButtonAction, ViewSubmitAction } from '@slack/bolt';
import { aboutRequest } from '../core/log.ts';
import { parseRequestId } from '../core/request/id.ts';
import { approveAction } from './actions/approve.ts';
import { denyAction } from './actions/deny.ts';
import { retryAction } from './actions/retry.ts';
import { mirrorCommand } from './commands/mirror.ts';
import type { BotDeps } from './deps.ts';
import { IDS } from './ids.ts';
import { denyView } from './views/deny.ts';

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
