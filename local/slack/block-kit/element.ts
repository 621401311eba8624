import { isObject, type JsonObject } from '../json-object.ts';
import { checkCheckboxes, checkFileInput, checkRadioButtons } from './choices.ts';
import { limits } from './limits.ts';
import { checkOptionGroups, checkOptions } from './option.ts';
import { checkFlag, checkKeys, checkOneOf, checkString, type Place } from './place.ts';
import { checkConfirm, checkText } from './text-object.ts';

/** An interactive element where only the `allowed` types may stand. */
export function checkElement(value: unknown, allowed: readonly string[], place: Place): void {
  if (!isObject(value)) {
    place.fail('must provide an object');
    return;
  }
  const type = value['type'];
  if (type === undefined) {
    place.fail('missing required field: type');
    return;
  }
  if (typeof type !== 'string' || !allowed.includes(type)) {
    place.at('type').fail(`unsupported type: ${String(type)}`);
    return;
  }
  checkString(value, { key: 'action_id', max: limits.id }, place);
  if (type === 'button') checkButton(value, place);
  else if (type === 'static_select') checkSelect(value, place);
  else if (type === 'overflow') checkOverflow(value, place);
  else if (type === 'checkboxes') checkCheckboxes(value, place);
  else if (type === 'radio_buttons') checkRadioButtons(value, place);
  else if (type === 'file_input') checkFileInput(value, place);
  else checkTextInput(value, place);
}

function checkButton(button: JsonObject, place: Place): void {
  checkKeys(button, ['action_id', 'text', 'value', 'url', 'style', 'confirm', 'accessibility_label'], place);
  checkText(button, { key: 'text', max: limits.buttonText, plain: true }, place);
  checkString(button, { key: 'value', max: limits.buttonValue }, place);
  checkString(button, { key: 'url', max: limits.url }, place);
  checkString(button, { key: 'accessibility_label', max: limits.accessibilityLabel }, place);
  checkOneOf(button, { key: 'style', values: ['primary', 'danger'] }, place);
  checkConfirm(button, place);
}

function checkSelect(select: JsonObject, place: Place): void {
  checkKeys(
    select,
    ['action_id', 'options', 'option_groups', 'initial_option', 'placeholder', 'confirm', 'focus_on_load'],
    place,
  );
  checkText(select, { key: 'placeholder', max: limits.placeholder, plain: true, optional: true }, place);
  checkFlag(select, 'focus_on_load', place);
  if (select['option_groups'] !== undefined && select['options'] !== undefined)
    place.fail('only one of options and option_groups allowed');
  const values =
    select['option_groups'] === undefined
      ? checkOptions(select, { key: 'options', min: 1, max: limits.selectOptions }, place)
      : checkOptionGroups(select, place);
  const initial = select['initial_option'];
  if (initial !== undefined && !(isObject(initial) && values.includes(initial['value'])))
    place.at('initial_option').fail('must be one of the provided options');
  checkConfirm(select, place);
}

function checkOverflow(overflow: JsonObject, place: Place): void {
  checkKeys(overflow, ['action_id', 'options', 'confirm'], place);
  checkOptions(overflow, { key: 'options', min: 1, max: limits.overflowOptions, urls: true }, place);
  checkConfirm(overflow, place);
}

function checkTextInput(input: JsonObject, place: Place): void {
  checkKeys(
    input,
    [
      'action_id',
      'initial_value',
      'multiline',
      'min_length',
      'max_length',
      'placeholder',
      'focus_on_load',
      'dispatch_action_config',
    ],
    place,
  );
  checkString(input, { key: 'initial_value', max: limits.inputLength }, place);
  checkText(input, { key: 'placeholder', max: limits.placeholder, plain: true, optional: true }, place);
  checkFlag(input, 'multiline', place);
  checkFlag(input, 'focus_on_load', place);
  checkLength(input, { key: 'min_length', min: 0 }, place);
  checkLength(input, { key: 'max_length', min: 1 }, place);
}

function checkLength(
  input: JsonObject,
  rule: { readonly key: string; readonly min: number },
  place: Place,
): void {
  const value = input[rule.key];
  if (value === undefined) return;
  if (typeof value !== 'number' || !Number.isInteger(value)) place.at(rule.key).fail('must be an integer');
  else if (value < rule.min) place.at(rule.key).fail(`must be greater than ${rule.min - 1}`);
  else if (value > limits.inputLength) place.at(rule.key).fail(`must be less than ${limits.inputLength + 1}`);
}
