import type { RepositorySettings } from './state.ts';

/** ECR's own pattern and length for tags (API reference, ImageIdentifier). */
export const isEcrTag = (tag: string): boolean => /^[a-zA-Z0-9\-_.]{1,300}$/.test(tag);

/** CreateRepository: a filter's characters; `*` stands for any number of characters. */
export const isExclusionFilter = (filter: string): boolean => /^[0-9a-zA-Z._*-]{1,128}$/.test(filter);

/** May a tag that exists be put again? Filters are whole-tag wildcards, not regular expressions. */
export function mayMove(settings: RepositorySettings, tag: string): boolean {
  const excluded = settings.exclusions.some((filter) => wildcard(filter).test(tag));
  switch (settings.mutability) {
    case 'MUTABLE':
      return true;
    case 'IMMUTABLE':
      return false;
    case 'MUTABLE_WITH_EXCLUSION':
      return !excluded;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return excluded;
    default:
      return settings.mutability satisfies never;
  }
}

function wildcard(filter: string): RegExp {
  const parts = filter.split('*').map((part) => part.replace(/[.-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
