import type { JsonObject } from '../json-object.ts';

/** A point in a payload, and where its faults are written down in Slack's words. */
export interface Place {
  fail(problem: string): void;
  at(key: string | number): Place;
}

/** `found` fills with lines such as `must be less than 151 characters [json-pointer:/blocks/0/text/text]`. */
export function startPlace(pointer: string): { readonly place: Place; readonly found: readonly string[] } {
  const found: string[] = [];
  const build = (here: string): Place => ({
    fail: (problem) => {
      found.push(`${problem} [json-pointer:${here}]`);
    },
    at: (key) => build(`${here}/${key}`),
  });
  return { place: build(pointer), found };
}

/** Slack refuses what it does not know: a misspelt field is a fault, not noise. */
export function checkKeys(object: JsonObject, known: readonly string[], place: Place): void {
  for (const key of Object.keys(object)) {
    if (key !== 'type' && !known.includes(key)) place.fail(`invalid additional property: ${key}`);
  }
}

/** A plain string field with a length; `required` reports its absence. */
export function checkString(
  object: JsonObject,
  rule: { readonly key: string; readonly max: number; readonly required?: boolean },
  place: Place,
): void {
  const value = object[rule.key];
  if (value === undefined) {
    if (rule.required) place.fail(`missing required field: ${rule.key}`);
    return;
  }
  const here = place.at(rule.key);
  if (typeof value !== 'string') here.fail('must be a string');
  else if (value.length > rule.max) here.fail(`must be less than ${rule.max + 1} characters`);
  else if (rule.required && value.length === 0) here.fail('must be more than 0 characters');
}

/** An array with a length; `undefined` after a report. */
export function checkArray(
  object: JsonObject,
  rule: { readonly key: string; readonly min: number; readonly max: number },
  place: Place,
): readonly unknown[] | undefined {
  const value = object[rule.key];
  if (value === undefined) {
    place.fail(`missing required field: ${rule.key}`);
    return undefined;
  }
  const here = place.at(rule.key);
  if (!Array.isArray(value)) {
    here.fail('must provide an array');
    return undefined;
  }
  if (value.length > rule.max) here.fail(`no more than ${rule.max} items allowed`);
  if (value.length < rule.min) here.fail(`no fewer than ${rule.min} items allowed`);
  return value;
}

export function checkOneOf(
  object: JsonObject,
  rule: { readonly key: string; readonly values: readonly string[] },
  place: Place,
): void {
  const value = object[rule.key];
  if (value !== undefined && !(typeof value === 'string' && rule.values.includes(value)))
    place.at(rule.key).fail(`must be one of: ${rule.values.join(', ')}`);
}

export function checkFlag(object: JsonObject, key: string, place: Place): void {
  if (object[key] !== undefined && typeof object[key] !== 'boolean') place.at(key).fail('must be a boolean');
}
