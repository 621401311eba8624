import { cleanPasted } from '../pasted/clean.ts';
import { imagesOfDockerfile } from '../pasted/dockerfile.ts';
import { imagesIn } from '../pasted/images-in.ts';
import type { PastedImage } from '../pasted/pasted-image.ts';
import { imageOfAddress } from '../pasted/web-address.ts';
import type { Mistake } from './mistake.ts';
import { type Options, readOptions } from './options.ts';
import { splitWords, type Word } from './words.ts';

/** What a person wants mirrored, as the text after /mirror says it. */
export type CommandText =
  /** There is nothing in it but blanks and quotes. */
  | { readonly kind: 'nothing' }
  | (Asked & { readonly kind: 'mirror' })
  /** Several lines that are no file we know. */
  | { readonly kind: 'list'; readonly text: string }
  /** A Dockerfile or compose file with several images. */
  | { readonly kind: 'choose'; readonly images: readonly PastedImage[] }
  | { readonly kind: 'mistake'; readonly text: string; readonly mistake: Mistake };

/** One image as it was asked for, not yet checked against the configuration. */
export interface Asked {
  readonly source: string;
  readonly target?: string;
  /** `linux/amd64`, …: absent is the whole image. */
  readonly platforms?: readonly string[];
  readonly tag?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly dryRun?: true;
  readonly typed: Typed;
}

/** The text that was read, and where in it the parts stand: for a caret below what is wrong. */
export interface Typed {
  readonly text: string;
  readonly source: Span;
  readonly target?: Span;
  readonly tag?: number;
  readonly to?: number;
}
interface Span {
  readonly at: number;
  readonly length: number;
  /** Another text was made of what stood there (a web address): places in it are not places here. */
  readonly translated?: true;
}

/**
 * The grammar: `<source> [target] [--platform ..] [--tag ..] [--to ..] [--reason ..] [--dry-run]`. What people paste
 * around an image is taken off; a Dockerfile, a compose file and a list are read too.
 */
export function parseCommandText(text: string): CommandText {
  const clean = cleanPasted(text)
    .replace(/^\/mirror(?:\s+|$)/i, '')
    // An option on a line of its own belongs to the line before it.
    .replace(/\s*\n\s*(?=--[a-z])/gi, ' ');
  if (clean.replace(/[`"'\s]/g, '') === '') return { kind: 'nothing' };
  if (clean.includes('\n')) return block(clean);
  const [image] = imagesOfDockerfile(clean);
  return image ? fromLine(clean, image) : parseAsked(clean);
}

/** One image in one line, as in a command and in each line of a list. */
export function parseAsked(clean: string): Extract<CommandText, { kind: 'mirror' | 'mistake' }> {
  const text = clean
    .replace(/^[ $`>]+(?=\S)/, '')
    .replace(/^(?:sudo +)?(?:docker|podman|nerdctl|crictl) +(?:image +)?pull +/i, '')
    .replace(/^(?:FROM|-? *image:) +/i, '');
  const mistake = (wrong: Mistake) => ({ kind: 'mistake', text, mistake: wrong }) as const;
  const split = splitWords(text);
  if (!split.ok) {
    return mistake({ message: 'A quote is opened here and never closed.', at: split.at, length: 1 });
  }
  const read = readOptions(split.words);
  if (!read.ok) return mistake(read.mistake);
  const [source, target, extra] = read.rest.filter(
    (word, at) => !(at > 0 && BETWEEN.has(word.text.toLowerCase())),
  );
  if (!source) {
    const at = text.length;
    return mistake({
      message: 'There is no image in it: write one first, as in nginx:1.27-alpine.',
      at,
      length: 1,
    });
  }
  if (extra) {
    const message = `/mirror takes a source and a target; ${extra.text} is one word too many.`;
    return mistake({ message, at: extra.at, length: extra.end - extra.at });
  }
  return { kind: 'mirror', ...asked(text, { source, ...(target && { target }) }, read.options) };
}

/** `nginx:1.21 to base-images/nginx`, `nginx:1.21 -> base-images/nginx`. */
const BETWEEN = new Set(['to', 'into', 'as', '->', '→', '=>', '>', '|']);

function asked(
  text: string,
  { source, target }: { readonly source: Word; readonly target?: Word },
  { platforms, dryRun, places, ...single }: Options,
): Asked {
  const image = imageOfAddress(source.text);
  const span = ({ at, end }: Word): Span => ({ at, length: end - at });
  return {
    source: image ?? source.text,
    ...(target && { target: target.text }),
    ...(platforms.length > 0 && { platforms }),
    ...single,
    ...(dryRun && { dryRun }),
    typed: {
      text,
      source: { ...span(source), ...(image !== undefined && { translated: true }) },
      ...(target && { target: span(target) }),
      ...places,
    },
  };
}

/** A single `FROM` line: its image, without the name of the stage. */
function fromLine(text: string, image: PastedImage): CommandText {
  if (image.problem !== undefined) {
    return {
      kind: 'mistake',
      text,
      mistake: { message: `${image.problem}.`, at: text.indexOf('$'), length: 1 },
    };
  }
  const platform = image.platforms ? ` --platform ${image.platforms.join(',')}` : '';
  return parseAsked(`${image.source}${platform}`);
}

/** Several lines: a Dockerfile, a compose file, or a list. */
function block(text: string): CommandText {
  const found = imagesIn(text)?.images;
  if (found === undefined) return { kind: 'list', text };
  const [first, ...more] = found;
  if (first && more.length === 0) return fromLine(text, first);
  return first ? { kind: 'choose', images: found } : { kind: 'list', text };
}
