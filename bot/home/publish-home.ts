import type { WebClient } from '@slack/web-api';
import { settleCall } from '../slack/errors.ts';
import { type HomeDeps, type HomeReader, readHome } from './read-home.ts';
import { renderHome } from './render-home.ts';

/**
 * Draws a person's Home tab as things stand. Nothing depends on it: what the database or Slack does not take is logged,
 * and the next opening or event draws it again.
 */
export async function publishHome(
  deps: HomeDeps,
  client: Pick<WebClient, 'views'>,
  reader: HomeReader,
): Promise<void> {
  try {
    const [home, links] = await Promise.all([readHome(deps, reader), deps.links()]);
    const view = renderHome(home, links);
    const said = await settleCall(() => client.views.publish({ user_id: reader.user, view }));
    if (said.kind !== 'ok') deps.log('warn', 'a Home tab was not drawn', { user: reader.user, answer: said });
  } catch (error) {
    deps.log('warn', 'a Home tab could not be read', { user: reader.user, error });
  }
}
