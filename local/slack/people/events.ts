import type { JsonObject } from '../json-object.ts';
import { eventPayload } from '../socket/payload.ts';
import type { Desk } from './desk.ts';

/** The scope without which Slack does not let an app subscribe (docs.slack.dev/reference/events). */
const NEEDS: Readonly<Record<string, string>> = {
  app_mention: 'app_mentions:read',
  'message.im': 'im:history',
};

/**
 * Tells the app of something, if it may know: nobody sees whether it was taken. Repeated once where it was not, with the
 * same event id; Slack's second and third times, a minute and five later, are not played.
 */
export async function sendEvent(desk: Desk, name: string, event: JsonObject): Promise<void> {
  const needed = NEEDS[name];
  if (needed !== undefined && !desk.scopes.includes(needed)) return;
  await desk.sockets.send('events_api', eventPayload(event, desk.newId(), desk.workspace.now()));
}
