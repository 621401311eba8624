import { optionsOf } from '../block-kit/identify.ts';
import { isObject, type JsonObject, objectAt, objectsAt, textAt } from '../json-object.ts';
import type { Block } from '../local-api.ts';
import { Refusal } from '../refusal.ts';

export interface FilledForm {
  /** `state.values` of the payload. */
  readonly values: JsonObject;
  /** What Slack's client itself objects to, by block id; nothing is sent then. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Keeps a file that was put into a form, and describes it as Slack does. */
export type KeepFile = (file: { readonly name: string; readonly content: string }) => JsonObject;

/**
 * What was filled in, in Slack's shape; inputs that are not named keep their initial value.
 * `given` by block id: a text, for checkboxes the list of their values, for files `[{name, content}]`; each also as
 * `{action_id: …}`, or as Slack's own `{action_id: {type, value | selected_option | selected_options}}`.
 */
export function fillForm(blocks: readonly Block[], given: JsonObject, keep?: KeepFile): FilledForm {
  const inputs = blocks.filter((block) => block.type === 'input');
  const known = new Set(inputs.map((block) => String(block['block_id'])));
  const unknown = Object.keys(given).find((id) => !known.has(id));
  if (unknown !== undefined) throw new Refusal(`no such input: ${unknown}`);
  const values: Record<string, JsonObject> = {};
  const errors: Record<string, string> = {};
  for (const block of inputs) {
    const id = String(block['block_id']);
    const element = objectAt(block, 'element');
    const filled = fill(element, ofAction(element, given[id]), keep);
    values[id] = { [String(element['action_id'])]: filled.value };
    const problem = filled.empty
      ? block['optional'] === true
        ? undefined
        : 'Please complete this required field.'
      : filled.problem;
    if (problem !== undefined) errors[id] = problem;
  }
  return { values, errors };
}

interface Filled {
  readonly value: JsonObject;
  readonly empty: boolean;
  readonly problem?: string | undefined;
}

/** The part for the element's own action id, where it was given by that. */
function ofAction(element: JsonObject, given: unknown): unknown {
  const action = String(element['action_id']);
  return isObject(given) && action in given ? given[action] : given;
}

function fill(element: JsonObject, given: unknown, keep: KeepFile | undefined): Filled {
  const type = element['type'];
  switch (type) {
    case 'checkboxes': {
      const chosen = manyOf(given, objectsAt(element, 'initial_options')).map((value) =>
        optionOf(element, value),
      );
      return { value: { type, selected_options: chosen }, empty: chosen.length === 0 };
    }
    case 'file_input': {
      const files = given === undefined ? [] : filesOf(given).map((file) => keep?.(file) ?? {});
      return { value: { type, files }, empty: files.length === 0 };
    }
    case 'plain_text_input': {
      const text = oneOf(given, textAt(element, 'initial_value'));
      return {
        value: { type, value: text === '' ? null : text },
        empty: text === '',
        problem: wrongLength(element, text),
      };
    }
    default: {
      const value = oneOf(given, textAt(objectAt(element, 'initial_option'), 'value'));
      const selected_option = value === '' ? null : optionOf(element, value);
      return { value: { type, selected_option }, empty: value === '' };
    }
  }
}

function oneOf(given: unknown, initial: string | undefined): string {
  if (given === undefined) return initial ?? '';
  if (typeof given === 'string') return given;
  if (isObject(given))
    return textAt(given, 'value') ?? textAt(objectAt(given, 'selected_option'), 'value') ?? '';
  throw new Refusal(`no such input: ${JSON.stringify(given)}`);
}

function manyOf(given: unknown, initial: readonly JsonObject[]): readonly string[] {
  const values = (options: readonly JsonObject[]) => options.map((option) => String(option['value']));
  if (given === undefined) return values(initial);
  if (Array.isArray(given)) return given.map(String);
  if (isObject(given)) return values(objectsAt(given, 'selected_options'));
  throw new Refusal(`no such input: ${JSON.stringify(given)}`);
}

function filesOf(given: unknown): readonly { readonly name: string; readonly content: string }[] {
  const list = Array.isArray(given) ? given.filter(isObject) : [];
  return list.map((file) => ({
    name: textAt(file, 'name') ?? 'file.txt',
    content: textAt(file, 'content') ?? '',
  }));
}

function optionOf(element: JsonObject, value: string): JsonObject {
  const option = optionsOf(element).find((candidate) => candidate['value'] === value);
  if (!option) throw new Refusal('no such option');
  return option;
}

function wrongLength(element: JsonObject, text: string): string | undefined {
  const most = Number(element['max_length'] ?? 3000);
  const least = Number(element['min_length'] ?? 0);
  if (text.length > most) return `Must be at most ${most} characters.`;
  return text.length < least ? `Must be at least ${least} characters.` : undefined;
}
