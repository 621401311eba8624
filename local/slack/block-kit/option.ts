import { isObject, type JsonObject } from '../json-object.ts';
import { limits } from './limits.ts';
import { checkArray, checkKeys, checkString, type Place } from './place.ts';
import { checkText } from './text-object.ts';

export interface OptionsRule {
  readonly key: string;
  readonly min: number;
  readonly max: number;
  /** Only overflow menus may carry links. */
  readonly urls?: true;
  /** Checkboxes and radio buttons take mrkdwn in their options. */
  readonly markup?: true;
}

/** Returns the options' values. https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
export function checkOptions(parent: JsonObject, rule: OptionsRule, place: Place): readonly unknown[] {
  const options = checkArray(parent, rule, place) ?? [];
  return options.map((option, index) => {
    const here = place.at(rule.key).at(index);
    if (!isObject(option)) {
      here.fail('must provide an object');
      return undefined;
    }
    checkKeys(
      option,
      rule.urls ? ['text', 'value', 'description', 'url'] : ['text', 'value', 'description'],
      here,
    );
    const words = { max: limits.optionText, ...(rule.markup ? {} : { plain: true as const }) };
    checkText(option, { key: 'text', ...words }, here);
    checkString(option, { key: 'value', max: limits.optionValue, required: true }, here);
    checkText(option, { ...words, key: 'description', max: limits.optionDescription, optional: true }, here);
    checkString(option, { key: 'url', max: limits.url }, here);
    return option['value'];
  });
}

export function checkOptionGroups(select: JsonObject, place: Place): readonly unknown[] {
  const groups = checkArray(select, { key: 'option_groups', min: 1, max: limits.selectGroups }, place) ?? [];
  return groups.flatMap((group, index) => {
    const here = place.at('option_groups').at(index);
    if (!isObject(group)) {
      here.fail('must provide an object');
      return [];
    }
    checkKeys(group, ['label', 'options'], here);
    checkText(group, { key: 'label', max: limits.groupLabel, plain: true }, here);
    return checkOptions(group, { key: 'options', min: 1, max: limits.selectOptions }, here);
  });
}
