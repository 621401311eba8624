import type { ViewDeps } from '../deps.ts';
import { noteOpened } from '../home/opened.ts';
import { publishHome } from '../home/publish-home.ts';
import { senderOf } from '../sender.ts';
import type { ButtonArgs } from './click.ts';

/** "Refresh" on the Home tab. */
export async function homeRefreshAction(deps: ViewDeps, { ack, body, client }: ButtonArgs): Promise<void> {
  await ack();
  const reader = senderOf({ body });
  await Promise.all([publishHome(deps, client, reader), noteOpened(deps, reader)]);
}
