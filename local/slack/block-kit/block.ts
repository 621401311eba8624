import { isObject, type JsonObject } from '../json-object.ts';
import { checkElement } from './element.ts';
import { limits } from './limits.ts';
import { checkArray, checkFlag, checkKeys, checkString, type Place } from './place.ts';
import { checkTable } from './table.ts';
import { checkText, checkTextObject } from './text-object.ts';

export type Surface = 'message' | 'modal' | 'home';

/**
 * One block of the kinds in use. Every other kind is refused, also those that Slack knows:
 * what the page cannot show and nobody has checked must not pass here in silence.
 */
export function checkBlock(block: unknown, surface: Surface, place: Place): void {
  if (!isObject(block)) {
    place.fail('must provide an object');
    return;
  }
  const type = block['type'];
  if (type === undefined) {
    place.fail('missing required field: type');
    return;
  }
  checkString(block, { key: 'block_id', max: limits.id }, place);
  const here = elsewhere.get(type)?.includes(surface) !== true;
  const check = here ? checks.get(type) : undefined;
  if (check) check(block, place);
  else place.at('type').fail(`unsupported type: ${String(type)}`);
}

/** Where a kind of block is not taken. Tables in modals and in the Home tab fail to render, whatever the documents say. */
const elsewhere = new Map<unknown, readonly Surface[]>([
  // Slack takes inputs on a Home tab; the page has no way to send one there, so here they are a fault.
  ['input', ['message', 'home']],
  ['table', ['modal', 'home']],
]);

const checks = new Map<unknown, (block: JsonObject, place: Place) => void>([
  ['header', checkHeader],
  ['section', checkSection],
  ['context', checkContext],
  ['divider', (block, place) => checkKeys(block, ['block_id'], place)],
  ['actions', checkActions],
  ['input', checkInput],
  ['table', checkTable],
]);

function checkHeader(block: JsonObject, place: Place): void {
  checkKeys(block, ['block_id', 'text'], place);
  checkText(block, { key: 'text', max: limits.header, plain: true }, place);
}

function checkSection(block: JsonObject, place: Place): void {
  checkKeys(block, ['block_id', 'text', 'fields', 'accessory', 'expand'], place);
  checkFlag(block, 'expand', place);
  checkText(
    block,
    block['fields'] === undefined
      ? { key: 'text', max: limits.text }
      : { key: 'text', max: limits.text, optional: true },
    place,
  );
  if (block['fields'] !== undefined) {
    const fields = checkArray(block, { key: 'fields', min: 1, max: limits.sectionFields }, place) ?? [];
    fields.forEach((field, index) => {
      checkTextObject(field, { max: limits.sectionField }, place.at('fields').at(index));
    });
  }
  if (block['accessory'] !== undefined)
    checkElement(block['accessory'], ['button', 'static_select', 'overflow'], place.at('accessory'));
}

function checkContext(block: JsonObject, place: Place): void {
  checkKeys(block, ['block_id', 'elements'], place);
  const elements = checkArray(block, { key: 'elements', min: 1, max: limits.contextElements }, place) ?? [];
  elements.forEach((element, index) => {
    checkTextObject(element, { max: limits.text }, place.at('elements').at(index));
  });
}

function checkActions(block: JsonObject, place: Place): void {
  checkKeys(block, ['block_id', 'elements'], place);
  const elements = checkArray(block, { key: 'elements', min: 1, max: limits.actionsElements }, place) ?? [];
  const ids = new Set<unknown>();
  elements.forEach((element, index) => {
    const here = place.at('elements').at(index);
    checkElement(element, ['button', 'static_select', 'overflow'], here);
    const id = isObject(element) ? element['action_id'] : undefined;
    if (id === undefined) return;
    if (ids.has(id)) here.at('action_id').fail(`\`action_id\` already exists: ${String(id)}`);
    ids.add(id);
  });
}

const INPUTS = ['plain_text_input', 'static_select', 'checkboxes', 'radio_buttons', 'file_input'];

function checkInput(block: JsonObject, place: Place): void {
  checkKeys(block, ['block_id', 'label', 'element', 'hint', 'optional', 'dispatch_action'], place);
  checkText(block, { key: 'label', max: limits.inputLabel, plain: true }, place);
  checkText(block, { key: 'hint', max: limits.inputHint, plain: true, optional: true }, place);
  checkFlag(block, 'optional', place);
  checkFlag(block, 'dispatch_action', place);
  if (block['element'] === undefined) {
    place.fail('missing required field: element');
    return;
  }
  checkElement(block['element'], INPUTS, place.at('element'));
}
