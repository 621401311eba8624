import type { App, BlockButtonAction, GlobalShortcut, MessageShortcut, ViewSubmitAction } from '@slack/bolt';
import { cancelAction } from './actions/cancel.ts';
import { homeRefreshAction } from './actions/home-refresh.ts';
import { olderAction } from './actions/older.ts';
import { openFormAction } from './actions/open-form.ts';
import { runNowAction } from './actions/run-now.ts';
import { channelIdChanged } from './channels/id-changed.ts';
import type { ViewDeps } from './deps.ts';
import { submitChoice } from './form/submit-choice.ts';
import { submitForm } from './form/submit-form.ts';
import { homeOpened } from './home/opened.ts';
import { IDS } from './ids.ts';
import { submitList } from './list/submit-list.ts';
import { directMessage, mention } from './mentions/mention.ts';
import { mirrorImageShortcut } from './shortcuts/mirror-image.ts';
import { mirrorMessageShortcut } from './shortcuts/mirror-message.ts';

/** What shows requests and asks for them beside the command: forms, shortcuts, mentions, lists, the Home tab. */
export function bindViewListeners(app: App, deps: ViewDeps): void {
  app.shortcut<GlobalShortcut>({ callback_id: IDS.mirrorImage, type: 'shortcut' }, (args) =>
    mirrorImageShortcut(deps, args),
  );
  app.shortcut<MessageShortcut>({ callback_id: IDS.mirrorMessage, type: 'message_action' }, (args) =>
    mirrorMessageShortcut(deps, args),
  );
  app.view<ViewSubmitAction>(IDS.formView, (args) => submitForm(deps, args));
  app.view<ViewSubmitAction>(IDS.choiceView, (args) => submitChoice(deps, args));
  app.view<ViewSubmitAction>(IDS.listView, (args) => submitList(deps, args));
  app.action<BlockButtonAction>(IDS.openForm, (args) => openFormAction(deps, args));
  app.action<BlockButtonAction>(IDS.older, (args) => olderAction(deps, args));
  app.action<BlockButtonAction>(IDS.cancel, (args) => cancelAction(deps, args));
  app.action<BlockButtonAction>(IDS.homeRefresh, (args) => homeRefreshAction(deps, args));
  app.action<BlockButtonAction>(IDS.runNow, (args) => runNowAction(deps, args));
  app.event('app_mention', (args) => mention(deps, args));
  app.event('message', (args) => directMessage(deps, args));
  app.event('channel_id_changed', (args) => channelIdChanged(deps, args));
  app.event('app_home_opened', (args) => homeOpened(deps, args));
}
