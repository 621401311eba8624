/** What a person meant with the text after /mirror. */
export type CommandText =
  | { readonly kind: 'help'; readonly problem?: string }
  | { readonly kind: 'mirror'; readonly source: string; readonly target?: string };

/** The grammar: `help`, or `<source> [target]`. What people paste around an image is taken off. */
export function parseCommandText(text: string): CommandText {
  const words = normalise(text)
    .split(' ')
    .filter((word) => word !== '');
  const [first, second, ...rest] = words;
  if (first === undefined || first.toLowerCase() === 'help') return { kind: 'help' };
  if (rest.length > 0) {
    return { kind: 'help', problem: `/mirror takes a source and a target; ${rest[0]} is one word too many.` };
  }
  const source = unwrap(first);
  if (source === '') return { kind: 'help', problem: 'The image is missing.' };
  return second === undefined
    ? { kind: 'mirror', source }
    : { kind: 'mirror', source, target: unwrap(second) };
}

/** Slack and word processors replace what was typed: no-break spaces, smart quotes, `docker pull` in front. */
function normalise(text: string): string {
  return text
    .replace(/[\s\u00a0\u2007\u202f]+/g, ' ')
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/^ *docker (image )?pull +/i, '')
    .trim();
}

/** `<http://docker.io|docker.io>/library/nginx` and backticks or quotes around a word. */
function unwrap(word: string): string {
  return word
    .replace(/<[a-z]+:\/\/[^|>]*\|([^>]*)>/gi, '$1')
    .replace(/<([a-z]+:\/\/[^>]*)>/gi, '$1')
    .replaceAll('&amp;', '&')
    .replace(/^[`"'(]+|[`"'),;.]+$/g, '');
}
