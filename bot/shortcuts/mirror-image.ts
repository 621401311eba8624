import type { AllMiddlewareArgs, GlobalShortcut, SlackShortcutMiddlewareArgs } from '@slack/bolt';
import type { ViewDeps } from '../deps.ts';
import { openForm } from '../form/open-form.ts';

type Args = SlackShortcutMiddlewareArgs<GlobalShortcut> & AllMiddlewareArgs;

/** The global shortcut: it says from no conversation, so the form asks for the team where there are several. */
export async function mirrorImageShortcut(deps: ViewDeps, { ack, client, shortcut }: Args): Promise<void> {
  await openForm(deps, { client, trigger: shortcut.trigger_id }, { place: {} });
  await ack();
}
