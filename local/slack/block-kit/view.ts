import { isObject, type JsonObject, textAt } from '../json-object.ts';
import type { Block } from '../local-api.ts';
import { checkBlocks } from './blocks.ts';
import { limits } from './limits.ts';
import { checkArray, checkFlag, checkKeys, checkString, startPlace } from './place.ts';
import { checkText } from './text-object.ts';

/** A modal as the app sent it. */
export interface ModalView {
  readonly callback_id: string;
  readonly title: JsonObject;
  readonly submit: JsonObject | null;
  readonly close: JsonObject | null;
  readonly blocks: readonly Block[];
  readonly private_metadata: string;
  readonly external_id: string;
  readonly notify_on_close: boolean;
  readonly clear_on_close: boolean;
}

export type CheckedView =
  | { readonly kind: 'valid'; readonly view: ModalView }
  | { readonly kind: 'invalid'; readonly error: string; readonly problems: readonly string[] };

/**
 * A modal, or Slack's refusal: for views that is `invalid_arguments` with the faults in `response_metadata.messages`
 * (seen in grafana-cold-storage/oncall#210), or `view_too_large`. https://docs.slack.dev/reference/views/modal-views
 */
export function checkView(value: unknown): CheckedView {
  if (JSON.stringify(value ?? null).length > limits.viewBytes)
    return { kind: 'invalid', error: 'view_too_large', problems: [] };
  const { place, found } = startPlace('/view');
  if (!isObject(value)) {
    place.fail('must provide an object');
    return { kind: 'invalid', error: 'invalid_arguments', problems: found };
  }
  if (value['type'] !== 'modal') place.at('type').fail(`unsupported type: ${String(value['type'])}`);
  checkKeys(
    value,
    [
      'callback_id',
      'title',
      'submit',
      'close',
      'blocks',
      'private_metadata',
      'external_id',
      'notify_on_close',
      'clear_on_close',
    ],
    place,
  );
  checkText(value, { key: 'title', max: limits.modalTitle, plain: true }, place);
  checkText(value, { key: 'submit', max: limits.modalButton, plain: true, optional: true }, place);
  checkText(value, { key: 'close', max: limits.modalButton, plain: true, optional: true }, place);
  checkString(value, { key: 'callback_id', max: limits.id }, place);
  checkString(value, { key: 'external_id', max: limits.id }, place);
  checkString(value, { key: 'private_metadata', max: limits.privateMetadata }, place);
  checkFlag(value, 'notify_on_close', place);
  checkFlag(value, 'clear_on_close', place);
  const items = checkArray(value, { key: 'blocks', min: 0, max: Number.POSITIVE_INFINITY }, place) ?? [];
  const blocks = checkBlocks(items, 'modal', place.at('blocks'));
  if (value['submit'] === undefined && blocks.some((block) => block.type === 'input'))
    place.fail('missing required field: submit');
  if (found.length > 0) return { kind: 'invalid', error: 'invalid_arguments', problems: found };
  return { kind: 'valid', view: modalView(value, blocks) };
}

/** The app's Home tab as the app sent it. https://docs.slack.dev/reference/views/home-tab-views */
export interface HomeView {
  readonly callback_id: string;
  readonly blocks: readonly Block[];
  readonly private_metadata: string;
  readonly external_id: string;
}

export type CheckedHome =
  | { readonly kind: 'valid'; readonly view: HomeView }
  | { readonly kind: 'invalid'; readonly error: string; readonly problems: readonly string[] };

/** A Home tab, or Slack's refusal, as for a modal: it has no title and no buttons of its own. */
export function checkHome(value: unknown): CheckedHome {
  if (JSON.stringify(value ?? null).length > limits.viewBytes)
    return { kind: 'invalid', error: 'view_too_large', problems: [] };
  const { place, found } = startPlace('/view');
  if (!isObject(value)) {
    place.fail('must provide an object');
    return { kind: 'invalid', error: 'invalid_arguments', problems: found };
  }
  if (value['type'] !== 'home') place.at('type').fail(`unsupported type: ${String(value['type'])}`);
  checkKeys(value, ['callback_id', 'blocks', 'private_metadata', 'external_id'], place);
  checkString(value, { key: 'callback_id', max: limits.id }, place);
  checkString(value, { key: 'external_id', max: limits.id }, place);
  checkString(value, { key: 'private_metadata', max: limits.privateMetadata }, place);
  const items = checkArray(value, { key: 'blocks', min: 0, max: Number.POSITIVE_INFINITY }, place) ?? [];
  const blocks = checkBlocks(items, 'home', place.at('blocks'));
  if (found.length > 0) return { kind: 'invalid', error: 'invalid_arguments', problems: found };
  const text = (key: string) => textAt(value, key) ?? '';
  return {
    kind: 'valid',
    view: {
      callback_id: text('callback_id'),
      blocks,
      private_metadata: text('private_metadata'),
      external_id: text('external_id'),
    },
  };
}

function modalView(value: JsonObject, blocks: readonly Block[]): ModalView {
  const { title, submit, close } = value;
  return {
    callback_id: textAt(value, 'callback_id') ?? '',
    title: isObject(title) ? title : {},
    submit: isObject(submit) ? submit : null,
    close: isObject(close) ? close : null,
    blocks,
    private_metadata: textAt(value, 'private_metadata') ?? '',
    external_id: textAt(value, 'external_id') ?? '',
    notify_on_close: value['notify_on_close'] === true,
    clear_on_close: value['clear_on_close'] === true,
  };
}
