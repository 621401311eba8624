import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { ViewDeps } from '../deps.ts';
import { publishHome } from './publish-home.ts';

type Args = SlackEventMiddlewareArgs<'app_home_opened'> & AllMiddlewareArgs;

/** Somebody looks at the app: the Home tab is drawn, and from now on for a while again after each event. */
export async function homeOpened(deps: ViewDeps, { body, client, event }: Args): Promise<void> {
  if (event.tab !== 'home') return;
  const reader = { workspace: body.team_id, user: event.user };
  await Promise.all([publishHome(deps, client, reader), noteOpened(deps, reader)]);
}

/** Without the note only the next opening draws it anew. */
export async function noteOpened(
  deps: ViewDeps,
  { user, workspace }: { readonly user: string; readonly workspace: string },
): Promise<void> {
  try {
    await deps.homes.opened(workspace, user, deps.now());
  } catch (error) {
    deps.log('warn', 'an opened Home tab was not noted', { user, error });
  }
}
