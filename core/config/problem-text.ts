import type { BaseIssue } from 'valibot';

const WORDS: Readonly<Record<string, string>> = {
  Array: 'a list',
  Object: 'an object',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};

/** What is expected of a setting and what stands there, as a person would say it; the schema's own sentence where it has one. */
export function problemText(issue: BaseIssue<unknown>): string {
  // valibot's own sentences all begin so; what the schema says in its own words stands.
  if (!issue.message.startsWith('Invalid ')) return issue.message;
  // "Expected never" is said of a key that the schema does not have, the key's own name of one that is missing.
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'there is no such key';
  if (issue.input === undefined) return 'it is missing';
  return `${expectedWords(issue)} is expected, not ${shown(issue.input)}`;
}

function expectedWords({ expected, type }: BaseIssue<unknown>): string {
  if (type === 'integer') return 'a whole number';
  if (type === 'url') return 'a web address';
  const text = expected ?? 'something else';
  const known = WORDS[text];
  if (known !== undefined) return known;
  if (text.startsWith('>=')) return `${unit(type)}at least ${text.slice(2)}`;
  if (text.startsWith('<=')) return `${unit(type)}at most ${text.slice(2)}`;
  return text.replace(/^\((.*)\)$/, '$1').replaceAll(' | ', ' or ');
}

const unit = (type: string): string => (type.endsWith('_length') ? 'a length of ' : '');

function shown(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'an object';
  const text = JSON.stringify(input);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
