import type { ShownView } from '../interactions/open-views.ts';
import { type JsonObject, objectAt, textAt } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import { viewClosedPayload, viewSubmissionPayload } from '../socket/payload.ts';
import { checkedView } from '../web-api/views.ts';
import { actingPerson, actor, answered, type Desk } from './desk.ts';
import { fillForm } from './input-values.ts';

/**
 * Somebody submits a modal. `{ok: true, response_action: 'errors', errors}` when the form was refused, by the app or for
 * an empty required field; the view then stays open with the errors.
 */
export async function submit(desk: Desk, request: JsonObject): Promise<JsonObject> {
  const person = actingPerson(desk, textAt(request, 'user'));
  const shown = topView(desk, person.id, textAt(request, 'view_id'));
  if (shown.view.submit === null) throw new Refusal('no such button');
  const form = fillForm(shown.view.blocks, objectAt(request, 'values'), (file) =>
    desk.files.keep(person.id, file),
  );
  if (Object.keys(form.errors).length > 0) return refuseForm(desk, shown, form.errors);
  const payload = viewSubmissionPayload(actor(desk, person), shown, form.values);
  try {
    return applyAnswer(desk, shown, answered(await desk.sockets.send('interactive', payload)));
  } catch (error) {
    if (error instanceof Refusal && desk.views.find(shown.id))
      desk.views.mark(shown.id, { trouble: 'We had some trouble connecting. Try again?' });
    throw error;
  }
}

/** The modal's Cancel button, or its cross. The app hears of it only when the view asked for that. */
export async function closeView(desk: Desk, request: JsonObject): Promise<JsonObject> {
  const person = actingPerson(desk, textAt(request, 'user'));
  const shown = topView(desk, person.id, textAt(request, 'view_id'));
  desk.views.close(shown.id, shown.view.clear_on_close);
  if (shown.view.notify_on_close)
    answered(await desk.sockets.send('interactive', viewClosedPayload(actor(desk, person), shown)));
  return { ok: true };
}

/** https://docs.slack.dev/surfaces/modals#response_actions */
function applyAnswer(desk: Desk, shown: ShownView, answer: JsonObject): JsonObject {
  const action = answer['response_action'];
  switch (action) {
    case undefined:
      desk.views.close(shown.id, false);
      return { ok: true };
    case 'errors':
      return refuseForm(desk, shown, formErrors(shown, objectAt(answer, 'errors')));
    case 'update':
      desk.views.replace(shown.id, checkedView(answer['view']));
      return { ok: true, response_action: action };
    case 'push':
      desk.views.push(shown.user, checkedView(answer['view']));
      return { ok: true, response_action: action };
    case 'clear':
      desk.views.close(shown.id, true);
      return { ok: true, response_action: action };
    default:
      throw new Refusal('invalid_response_action');
  }
}

function refuseForm(desk: Desk, shown: ShownView, errors: Readonly<Record<string, string>>): JsonObject {
  desk.views.mark(shown.id, { errors });
  return { ok: true, response_action: 'errors', errors };
}

/** Errors belong to input blocks; Slack shows "trouble connecting" for any other key, so that is a fault here too. */
function formErrors(shown: ShownView, errors: JsonObject): Record<string, string> {
  const inputs = new Set(
    shown.view.blocks.filter((block) => block.type === 'input').map((block) => String(block['block_id'])),
  );
  const entries = Object.entries(errors);
  if (entries.length === 0 || entries.some(([id, text]) => !inputs.has(id) || typeof text !== 'string'))
    throw new Refusal('invalid_response_errors');
  return Object.fromEntries(entries.map(([id, text]) => [id, String(text)]));
}

function topView(desk: Desk, user: string, viewId: string | undefined): ShownView {
  const top = desk.views.of(user).at(-1);
  if (!top || top.id !== viewId) throw new Refusal('no such view');
  return top;
}
