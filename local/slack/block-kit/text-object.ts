import { isObject, type JsonObject } from '../json-object.ts';
import { limits } from './limits.ts';
import { checkFlag, checkKeys, type Place } from './place.ts';

export interface TextRule {
  readonly key: string;
  readonly max: number;
  /** plain_text only. */
  readonly plain?: true;
  readonly optional?: true;
}

/** A text object in a field of its parent. https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export function checkText(parent: JsonObject, rule: TextRule, place: Place): void {
  const value = parent[rule.key];
  if (value === undefined) {
    if (!rule.optional) place.fail(`missing required field: ${rule.key}`);
    return;
  }
  checkTextObject(value, rule, place.at(rule.key));
}

export function checkTextObject(
  value: unknown,
  rule: { readonly max: number; readonly plain?: true },
  place: Place,
): void {
  if (!isObject(value)) {
    place.fail('must provide an object');
    return;
  }
  const { type, text } = value;
  if (type !== 'plain_text' && (rule.plain || type !== 'mrkdwn')) {
    place.at('type').fail(`unsupported type: ${String(type)}`);
    return;
  }
  checkKeys(value, type === 'mrkdwn' ? ['text', 'verbatim'] : ['text', 'emoji'], place);
  checkFlag(value, type === 'mrkdwn' ? 'verbatim' : 'emoji', place);
  if (typeof text !== 'string') {
    place.fail('missing required field: text');
    return;
  }
  if (text.length === 0) place.at('text').fail('must be more than 0 characters');
  if (text.length > rule.max) place.at('text').fail(`must be less than ${rule.max + 1} characters`);
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
export function checkConfirm(parent: JsonObject, place: Place): void {
  const confirm = parent['confirm'];
  if (confirm === undefined) return;
  const here = place.at('confirm');
  if (!isObject(confirm)) {
    here.fail('must provide an object');
    return;
  }
  checkKeys(confirm, ['title', 'text', 'confirm', 'deny', 'style'], here);
  checkText(confirm, { key: 'title', max: limits.confirmTitle, plain: true, optional: true }, here);
  checkText(confirm, { key: 'text', max: limits.confirmText }, here);
  checkText(confirm, { key: 'confirm', max: limits.confirmButton, plain: true, optional: true }, here);
  checkText(confirm, { key: 'deny', max: limits.confirmButton, plain: true, optional: true }, here);
  if (confirm['style'] !== undefined && confirm['style'] !== 'primary' && confirm['style'] !== 'danger')
    here.at('style').fail('must be one of: primary, danger');
}
