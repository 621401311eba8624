/** What a person meant with the text after /mirror. */
export type CommandText =
  | { readonly kind: 'help'; readonly problem?: string }
  | { readonly kind: 'mirror'; readonly source: string; readonly target?: string };

/** The grammar: `help`, or `<source> [target]`. What people paste around an image is taken off. */
export function parseCommandText(text: string): CommandText {
  const [first, ...rest] = normalise(text)
    .split(' ')
    .map(unwrap)
    .filter((word, at) => word !== '' && !(at > 0 && BETWEEN.has(word.toLowerCase())));
  if (first === undefined || (first.toLowerCase() === 'help' && rest.length === 0)) return { kind: 'help' };
  const [second, extra] = rest;
  if (extra !== undefined) {
    return { kind: 'help', problem: `/mirror takes a source and a target; ${extra} is one word too many.` };
  }
  return second === undefined
    ? { kind: 'mirror', source: first }
    : { kind: 'mirror', source: first, target: second };
}

/** `nginx:1.21 to base-images/nginx`, `nginx:1.21 -> base-images/nginx`. */
const BETWEEN = new Set(['to', 'into', 'as', '->', '→', '=>']);

/** Slack and word processors replace what was typed: no-break spaces, smart quotes, dashes; and commands stand in front. */
function normalise(text: string): string {
  return text
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/[\s\u00a0\u2007\u202f]+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u2010-\u2014]/g, '-')
    .replace(/^[ $`"'>]+(?=\S)/, '')
    .replace(/^(?:docker|podman|nerdctl) (?:image )?pull +/i, '')
    .replace(/^(?:FROM|image:) +/i, '')
    .trim();
}

/** `<http://docker.io|docker.io>/library/nginx` and backticks, quotes or a full stop around a word. */
function unwrap(word: string): string {
  return word
    .replace(/<(?:[a-z]+:\/\/|mailto:)[^|>]*\|([^>]*)>/gi, '$1')
    .replace(/<([a-z]+:\/\/[^>]*)>/gi, '$1')
    .replace(/^[`"'(]+|[`"'),;.]+$/g, '');
}
