import { formatPlatform, parsePlatform } from '../../core/oci/platform.ts';

/** What a person meant with the text after /mirror. */
export type CommandText =
  | { readonly kind: 'help'; readonly problem?: string }
  | (Named & { readonly kind: 'mirror' });

interface Named {
  readonly source: string;
  readonly target?: string;
  /** `linux/amd64`, …: absent is the whole image. */
  readonly platforms?: readonly string[];
}

/** The grammar: `help`, or `<source> [target] [--platform linux/amd64,…]`. What people paste around an image is taken off. */
export function parseCommandText(text: string): CommandText {
  const options = readOptions(normalise(text).split(' ').map(unwrap));
  if ('problem' in options) return { kind: 'help', problem: options.problem };
  const { platforms } = options;
  const [first, ...rest] = options.words.filter(
    (word, at) => word !== '' && !(at > 0 && BETWEEN.has(word.toLowerCase())),
  );
  if (first === undefined || (first.toLowerCase() === 'help' && rest.length === 0)) return { kind: 'help' };
  const [second, extra] = rest;
  if (extra !== undefined) {
    return { kind: 'help', problem: `/mirror takes a source and a target; ${extra} is one word too many.` };
  }
  return {
    kind: 'mirror',
    source: first,
    ...(second !== undefined && { target: second }),
    ...(platforms.length > 0 && { platforms }),
  };
}

type Options =
  | { readonly words: readonly string[]; readonly platforms: readonly string[] }
  | { readonly problem: string };

/** A dash may have become a longer one, and two of them one: `—platform` is meant as well. */
const PLATFORM = /^--?platforms?(?:=(.*))?$/i;

function readOptions(typed: readonly string[]): Options {
  const words: string[] = [];
  const platforms: string[] = [];
  for (let at = 0; at < typed.length; at += 1) {
    const word = typed[at] ?? '';
    const option = PLATFORM.exec(word);
    if (!option) {
      if (word.startsWith('-') && !BETWEEN.has(word))
        return { problem: `${word} is no option of /mirror; --platform is.` };
      words.push(word);
      continue;
    }
    if (option[1] === undefined) at += 1;
    const names = (option[1] ?? typed[at] ?? '').split(',');
    for (const name of names) {
      const platform = parsePlatform(name);
      if (!platform) {
        const given = name === '' ? 'nothing follows' : `${name} is none`;
        return { problem: `--platform takes linux/amd64 or linux/amd64,linux/arm64; ${given}.` };
      }
      platforms.push(formatPlatform(platform));
    }
  }
  return { words, platforms: [...new Set(platforms)] };
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
