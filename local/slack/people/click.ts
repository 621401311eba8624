import { elementsOf, type FoundElement, optionsOf } from '../block-kit/identify.ts';
import type { ShownView } from '../interactions/open-views.ts';
import { type JsonObject, textAt } from '../json-object.ts';
import type { Block } from '../local-api.ts';
import { Refusal } from '../refusal.ts';
import { homeActionPayload, messageActionPayload, viewActionPayload } from '../socket/payload.ts';
import type { Conversation, PersonState } from '../workspace/state.ts';
import { actingPerson, actor, answered, type Desk, seenConversation } from './desk.ts';
import { fillForm } from './input-values.ts';

/** Somebody clicks a button, or chooses in a select or overflow menu, of a message or of an open view. */
export async function click(desk: Desk, request: JsonObject): Promise<JsonObject> {
  const person = actingPerson(desk, textAt(request, 'user'));
  const ts = textAt(request, 'ts') ?? '';
  const shown = desk.views.of(person.id).find((view) => view.id === ts);
  if (shown) return clickInView(desk, { person, shown, request });
  const home = desk.homes.of(person.id);
  if (home?.id === ts) {
    const action = actionOf(home.view.blocks, request, desk.workspace.nextTs());
    answered(await desk.sockets.send('interactive', homeActionPayload(actor(desk, person), home, action)));
    return { ok: true };
  }
  const conversation = seenConversation(desk, person, textAt(request, 'channel'));
  return clickInMessage(desk, { person, conversation, ts, request });
}

async function clickInView(
  desk: Desk,
  click: { readonly person: PersonState; readonly shown: ShownView; readonly request: JsonObject },
): Promise<JsonObject> {
  const action = actionOf(click.shown.view.blocks, click.request, desk.workspace.nextTs());
  const payload = viewActionPayload(actor(desk, click.person), click.shown, {
    action,
    values: fillForm(click.shown.view.blocks, {}).values,
  });
  answered(await desk.sockets.send('interactive', payload));
  return { ok: true };
}

async function clickInMessage(
  desk: Desk,
  click: {
    readonly person: PersonState;
    readonly conversation: Conversation;
    readonly ts: string;
    readonly request: JsonObject;
  },
): Promise<JsonObject> {
  const { person, conversation, ts } = click;
  const message = conversation.messages.get(ts);
  const whispered = conversation.ephemerals.get(ts);
  const ephemeral = whispered?.user === person.id ? whispered : undefined;
  const target = message ?? ephemeral;
  if (!target) throw new Refusal('no such message');
  const action = actionOf(target.blocks, click.request, desk.workspace.nextTs());
  const thread = target.thread_ts === undefined ? {} : { thread_ts: target.thread_ts };
  const response_url = desk.responseUrls.issue({
    user: person.id,
    channel: conversation.id,
    original: { ts, ephemeral: message === undefined },
    ...thread,
  });
  const payload = messageActionPayload(actor(desk, person), {
    conversation,
    ts,
    ...(message === undefined ? {} : { message }),
    ...thread,
    action,
    response_url,
  });
  answered(await desk.sockets.send('interactive', payload));
  return { ok: true };
}

/** What Slack tells about the element that was used; a value of the request stands for another button's, a forged one. */
function actionOf(blocks: readonly Block[], request: JsonObject, action_ts: string): JsonObject {
  const action_id = textAt(request, 'action_id');
  const block_id = textAt(request, 'block_id');
  const found = elementsOf(blocks).find(
    (candidate) =>
      candidate.element['action_id'] === action_id &&
      (block_id === undefined || candidate.block_id === block_id) &&
      candidate.element['type'] !== 'plain_text_input',
  );
  if (!found) throw new Refusal('no such button');
  return { ...actionDetails(found, textAt(request, 'value')), action_ts };
}

function actionDetails(found: FoundElement, value: string | undefined): JsonObject {
  const { element, block_id } = found;
  if (element['type'] === 'button')
    return { ...element, block_id, ...(value === undefined ? {} : { value }) };
  const option = optionsOf(element).find((candidate) => candidate['value'] === value);
  if (!option) throw new Refusal('no such option');
  const { options: _options, option_groups: _groups, ...rest } = element;
  return { ...rest, block_id, selected_option: option };
}
