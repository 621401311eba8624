import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from '../json-object.ts';
import { limits } from './limits.ts';
import { checkOptions } from './option.ts';
import { checkArray, checkFlag, checkKeys, type Place } from './place.ts';
import { checkConfirm } from './text-object.ts';

/** https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element */
export function checkCheckboxes(element: JsonObject, place: Place): void {
  checkKeys(element, ['action_id', 'options', 'initial_options', 'confirm', 'focus_on_load'], place);
  const options = checkChoices(element, place);
  if (element['initial_options'] === undefined) return;
  const rule = { key: 'initial_options', min: 1, max: limits.choiceOptions };
  const initial = checkArray(element, rule, place) ?? [];
  for (const [at, option] of initial.entries()) {
    checkInitial(option, options, place.at('initial_options').at(at));
  }
}

/** https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element */
export function checkRadioButtons(element: JsonObject, place: Place): void {
  checkKeys(element, ['action_id', 'options', 'initial_option', 'confirm', 'focus_on_load'], place);
  const options = checkChoices(element, place);
  const initial = element['initial_option'];
  if (initial !== undefined) checkInitial(initial, options, place.at('initial_option'));
}

function checkChoices(element: JsonObject, place: Place): readonly unknown[] {
  checkFlag(element, 'focus_on_load', place);
  checkConfirm(element, place);
  checkOptions(element, { key: 'options', min: 1, max: limits.choiceOptions, markup: true }, place);
  return Array.isArray(element['options']) ? element['options'] : [];
}

/** Slack wants the same object again, not only the same value. */
function checkInitial(option: unknown, options: readonly unknown[], place: Place): void {
  if (!isObject(option) || !options.some((each) => isDeepStrictEqual(each, option)))
    place.fail('must be one of the provided options');
}

/** https://docs.slack.dev/reference/block-kit/block-elements/file-input-element: modals only. */
export function checkFileInput(element: JsonObject, place: Place): void {
  checkKeys(element, ['action_id', 'filetypes', 'max_files'], place);
  if (element['filetypes'] !== undefined) {
    const types = checkArray(element, { key: 'filetypes', min: 1, max: 100 }, place) ?? [];
    types.forEach((type, at) => {
      if (typeof type !== 'string') place.at('filetypes').at(at).fail('must be a string');
    });
  }
  const most = element['max_files'];
  if (most === undefined) return;
  if (typeof most !== 'number' || !Number.isInteger(most) || most < 1 || most > limits.files)
    place.at('max_files').fail(`must be between 1 and ${limits.files}`);
}
