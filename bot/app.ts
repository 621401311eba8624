import type { App, BlockButtonAction, BlockOverflowAction, ViewSubmitAction } from '@slack/bolt';
import { aboutRequest } from '../core/log.ts';
import { parseRequestId } from '../core/request/id.ts';
import { approveAction } from './actions/approve.ts';
import { askAction } from './actions/ask.ts';
import { askAgainAction } from './actions/ask-again.ts';
import { chooseAction } from './actions/choose.ts';
import { denyAction } from './actions/deny.ts';
import { gateDecisionAction } from './actions/gate-decision.ts';
import { moreAction } from './actions/more.ts';
import { retryAction } from './actions/retry.ts';
import { reviewAction } from './actions/review.ts';
import { mirrorCommand } from './commands/mirror.ts';
import type { ViewDeps } from './deps.ts';
import { IDS } from './ids.ts';
import { bindViewListeners } from './view-listeners.ts';
import { chosenView } from './views/chosen.ts';
import { askView } from './views/ask.ts';
import { breakGlassView } from './views/break-glass.ts';
import { denyView } from './views/deny.ts';
import { gateDecidedView } from './views/gate-decided.ts';

/** Binds ids to listeners, and nothing else. */
export function bindListeners(app: App, deps: ViewDeps): void {
  bindViewListeners(app, deps);
  app.command(IDS.command, (args) => mirrorCommand(deps, args));
  app.action<BlockButtonAction>(IDS.approve, (args) =>
    about(args.action.value, () => approveAction(deps, args)),
  );
  app.action<BlockButtonAction>(IDS.deny, (args) => about(args.action.value, () => denyAction(deps, args)));
  app.action<BlockButtonAction>(IDS.retry, (args) => about(args.action.value, () => retryAction(deps, args)));
  app.view<ViewSubmitAction>(IDS.denyView, (args) =>
    about(args.view.private_metadata, () => denyView(deps, args)),
  );
  app.action<BlockButtonAction>(IDS.choose, (args) =>
    about(args.action.value, () => chooseAction(deps, args)),
  );
  app.view<ViewSubmitAction>(IDS.chooseView, (args) =>
    about(args.view.private_metadata, () => chosenView(deps, args)),
  );
  app.action<BlockButtonAction>(IDS.release, (args) =>
    about(args.action.value, () => gateDecisionAction(deps, args, 'release')),
  );
  app.action<BlockButtonAction>(IDS.leave, (args) =>
    about(args.action.value, () => gateDecisionAction(deps, args, 'leave')),
  );
  app.view<ViewSubmitAction>(IDS.releaseView, (args) =>
    about(args.view.private_metadata, () => gateDecidedView(deps, args, 'release')),
  );
  app.view<ViewSubmitAction>(IDS.leaveView, (args) =>
    about(args.view.private_metadata, () => gateDecidedView(deps, args, 'leave')),
  );
  app.action<BlockButtonAction>(IDS.ask, (args) => about(args.action.value, () => askAction(deps, args)));
  app.view<ViewSubmitAction>(IDS.askView, (args) =>
    about(args.view.private_metadata, () => askView(deps, args)),
  );
  app.action<BlockOverflowAction>(IDS.more, (args) =>
    about(args.action.selected_option.value.split(' ')[1], () => moreAction(deps, args)),
  );
  app.view<ViewSubmitAction>(IDS.glassView, (args) =>
    about(args.view.private_metadata, () => breakGlassView(deps, args)),
  );
  app.action<BlockButtonAction>(IDS.review, (args) =>
    about(args.action.value, () => reviewAction(deps, args)),
  );
  app.action<BlockButtonAction>(IDS.askAgain, (args) =>
    about(args.action.value, () => askAgainAction(deps, args)),
  );
  app.error(async (error) => deps.log('error', 'a listener failed', { error }));
}

/** What is logged on the way is about the request that the button or dialog carries, alone or before what more it says. */
function about<T>(value: string | undefined, run: () => T): T {
  const id = parseRequestId((value ?? '').split(' ')[0] ?? '');
  return id === undefined ? run() : aboutRequest(id, run);
}
