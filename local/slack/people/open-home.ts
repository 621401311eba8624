import { type JsonObject, textAt } from '../json-object.ts';
import { homeJson } from '../web-api/view-json.ts';
import { dmId } from '../workspace/state.ts';
import { actingPerson, type Desk } from './desk.ts';
import { sendEvent } from './events.ts';

/** Somebody opens the app's Home tab. https://docs.slack.dev/reference/events/app_home_opened */
export async function openHome(desk: Desk, request: JsonObject): Promise<JsonObject> {
  const person = actingPerson(desk, textAt(request, 'user'));
  const tab = textAt(request, 'tab') === 'messages' ? 'messages' : 'home';
  const shown = desk.homes.of(person.id);
  await sendEvent(desk, 'app_home_opened', {
    type: 'app_home_opened',
    user: person.id,
    channel: dmId(person.id),
    event_ts: desk.workspace.nextTs(),
    tab,
    ...(tab === 'home' && shown ? { view: homeJson(shown) } : {}),
  });
  return { ok: true };
}
