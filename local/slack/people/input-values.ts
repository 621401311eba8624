import { optionsOf } from '../block-kit/identify.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../json-object.ts';
import type { Block } from '../local-api.ts';
import { Refusal } from '../refusal.ts';

export interface FilledForm {
  /** `state.values` of the payload. */
  readonly values: JsonObject;
  /** What Slack's client itself objects to, by block id; nothing is sent then. */
  readonly errors: Readonly<Record<string, string>>;
}

/**
 * What was filled in, in Slack's shape; inputs that are not named keep their initial value.
 * `given` by block id: a text, `{action_id: text}`, or Slack's own `{action_id: {type, value | selected_option}}`.
 */
export function fillForm(blocks: readonly Block[], given: JsonObject): FilledForm {
  const inputs = blocks.filter((block) => block.type === 'input');
  const known = new Set(inputs.map((block) => String(block['block_id'])));
  const unknown = Object.keys(given).find((id) => !known.has(id));
  if (unknown !== undefined) throw new Refusal(`no such input: ${unknown}`);
  const values: Record<string, JsonObject> = {};
  const errors: Record<string, string> = {};
  for (const block of inputs) {
    const id = String(block['block_id']);
    const element = objectAt(block, 'element');
    const text = typedText(element, given[id]);
    values[id] = { [String(element['action_id'])]: stateValue(element, text) };
    const problem = clientProblem(block, element, text);
    if (problem !== undefined) errors[id] = problem;
  }
  return { values, errors };
}

function typedText(element: JsonObject, given: unknown): string {
  const byAction = isObject(given) ? given[String(element['action_id'])] : given;
  if (typeof byAction === 'string') return byAction;
  if (isObject(byAction))
    return textAt(byAction, 'value') ?? textAt(objectAt(byAction, 'selected_option'), 'value') ?? '';
  if (given !== undefined) throw new Refusal(`no such input: ${JSON.stringify(given)}`);
  return textAt(element, 'initial_value') ?? textAt(objectAt(element, 'initial_option'), 'value') ?? '';
}

function stateValue(element: JsonObject, text: string): JsonObject {
  const type = element['type'];
  if (type === 'plain_text_input') return { type, value: text === '' ? null : text };
  if (text === '') return { type, selected_option: null };
  const option = optionsOf(element).find((candidate) => candidate['value'] === text);
  if (!option) throw new Refusal('no such option');
  return { type, selected_option: option };
}

function clientProblem(block: JsonObject, element: JsonObject, text: string): string | undefined {
  if (text === '') return block['optional'] === true ? undefined : 'Please complete this required field.';
  if (element['type'] !== 'plain_text_input') return undefined;
  const most = Number(element['max_length'] ?? 3000);
  const least = Number(element['min_length'] ?? 0);
  if (text.length > most) return `Must be at most ${most} characters.`;
  return text.length < least ? `Must be at least ${least} characters.` : undefined;
}
