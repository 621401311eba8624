import * as v from 'valibot';
import type { TagMutability } from '../state.ts';
import { isExclusionFilter } from '../tag-rules.ts';
import { invalidParameter } from './control-error.ts';

export const mutability = v.picklist([
  'MUTABLE',
  'IMMUTABLE',
  'MUTABLE_WITH_EXCLUSION',
  'IMMUTABLE_WITH_EXCLUSION',
]);
export const exclusionFilters = v.optional(
  v.array(v.object({ filterType: v.literal('WILDCARD'), filter: v.string() })),
);

/** Filters come with, and only with, a value that has exclusions: one to five of them. */
export function checkExclusions(
  value: TagMutability,
  filters: v.InferOutput<typeof exclusionFilters>,
): readonly string[] {
  const exclusions = (filters ?? []).map(({ filter }) => filter);
  const parameter = 'imageTagMutabilityExclusionFilters';
  if (value.endsWith('_WITH_EXCLUSION')) {
    if (exclusions.length < 1 || exclusions.length > 5) {
      throw invalidParameter(parameter, 'Member must have length between 1 and 5');
    }
  } else if (filters !== undefined) {
    throw invalidParameter(parameter, `must not be set when imageTagMutability is ${value}`);
  }
  if (!exclusions.every(isExclusionFilter)) {
    throw invalidParameter(parameter, "must satisfy regular expression '^[0-9a-zA-Z._*-]{1,128}'");
  }
  return exclusions;
}
