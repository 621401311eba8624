import type { ViewDeps } from '../deps.ts';
import { noteOpened } from '../home/opened.ts';
import { publishHome } from '../home/publish-home.ts';
import type { ButtonArgs } from './click.ts';

/** "Refresh" on the Home tab. */
export async function homeRefreshAction(deps: ViewDeps, { ack, body, client }: ButtonArgs): Promise<void> {
  await ack();
  const reader = { workspace: body.team?.id ?? body.user.team_id ?? '', user: body.user.id };
  await Promise.all([publishHome(deps, client, reader), noteOpened(deps, reader)]);
}
