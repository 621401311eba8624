import { nearest } from '../../core/nearest.ts';
import { parseRequestId } from '../../core/request/id.ts';

/** Which of the things that /mirror can do a text asks for, before anything in it is looked at more closely. */
export type Subcommand =
  /** Nothing was typed: the form. */
  | { readonly kind: 'form' }
  /** `topic` is one of HELP_TOPICS. */
  | { readonly kind: 'help'; readonly topic?: HelpTopic }
  /** An id or a repository. */
  | { readonly kind: 'status'; readonly of: string }
  | { readonly kind: 'pending' }
  | { readonly kind: 'mine' }
  | { readonly kind: 'history'; readonly of: string }
  | { readonly kind: 'cancel'; readonly id: string; readonly reason?: string }
  | { readonly kind: 'schedules' }
  /** A source and a target, or what stands in ECR. */
  | { readonly kind: 'track' | 'untrack'; readonly of: string; readonly target?: string }
  /** What stands behind `list`, its line ends kept. */
  | { readonly kind: 'list'; readonly text: string }
  /** Something to mirror, as it was typed. */
  | { readonly kind: 'mirror'; readonly text: string }
  /** No such subcommand, or one that lacks something: what is wrong, and the command that was probably meant. */
  | { readonly kind: 'wrong'; readonly problem: string; readonly meant: string };

export const HELP_TOPICS = ['mirror', 'list', 'approve', 'status', 'history', 'cancel'] as const;
export type HelpTopic = (typeof HELP_TOPICS)[number];

const WORDS = [
  'help',
  'status',
  'pending',
  'mine',
  'history',
  'cancel',
  'list',
  'schedules',
  'track',
  'untrack',
] as const;
type Word = (typeof WORDS)[number];

/** Other words that people type for the same. */
const SYNONYMS: Readonly<Record<string, Word>> = {
  '?': 'help',
  '-h': 'help',
  '--help': 'help',
  '-help': 'help',
  waiting: 'pending',
  schedule: 'schedules',
  my: 'mine',
};

/**
 * The first word decides. All of these words are names of images too: a second word that is a repository, where the
 * subcommand takes none, means the image.
 */
export function readSubcommand(text: string): Subcommand {
  const trimmed = text.replace(/[\u200b-\u200f\u2060\ufeff]/g, '').trim();
  if (trimmed === '') return { kind: 'form' };
  const [first = '', ...rest] = trimmed.split(/[\s\u00a0]+/);
  const said = bare(first)
    .toLowerCase()
    .replace(/[\u2013\u2014]/g, '--');
  const word = WORDS.find((known) => known === said) ?? SYNONYMS[said];
  const mirror: Subcommand = { kind: 'mirror', text };
  if (word === undefined) return typo(said, rest) ?? mirror;
  return withRest(word, { text: trimmed, rest: rest.map(bare).filter((each) => each !== '') }) ?? mirror;
}

interface Rest {
  readonly text: string;
  readonly rest: readonly string[];
}

/** Undefined = with these words behind it, it is an image after all. */
function withRest(word: Word, { text, rest }: Rest): Subcommand | undefined {
  const [argument, ...more] = rest;
  const looksLikeTarget = argument?.includes('/') === true;
  switch (word) {
    case 'help': {
      if (looksLikeTarget || more.length > 0) return undefined;
      const topic = HELP_TOPICS.find((known) => known === argument?.toLowerCase());
      return { kind: 'help', ...(topic && { topic }) };
    }
    case 'pending':
    case 'mine':
    case 'schedules':
      if (looksLikeTarget) return undefined;
      return argument === undefined
        ? { kind: word }
        : wrong(`${word} takes nothing behind it.`, `/mirror ${word}`);
    case 'list':
      return { kind: 'list', text: text.slice(first(text).length).trim() };
    case 'status':
    case 'history': {
      const example = word === 'status' ? 'M-7F3K' : 'base-images/nginx';
      if (argument === undefined) {
        const what = word === 'status' ? 'a request or a repository' : 'a repository';
        return wrong(`${word} needs ${what}.`, `/mirror ${word} ${example}`);
      }
      if (more.length > 0) return wrong(`${word} takes one thing.`, `/mirror ${word} ${argument}`);
      return { kind: word, of: argument };
    }
    case 'track':
    case 'untrack': {
      const [target, extra] = more;
      const example = 'nginx:1.27-alpine base-images/nginx';
      if (argument === undefined) return wrong(`${word} needs an image.`, `/mirror ${word} ${example}`);
      if (extra !== undefined) {
        return wrong(`${word} takes a source and a target.`, `/mirror ${word} ${argument} ${target}`);
      }
      return { kind: word, of: argument, ...(target !== undefined && { target }) };
    }
    case 'cancel': {
      if (looksLikeTarget) return undefined;
      const id = parseRequestId(argument ?? '');
      if (id === undefined) {
        const why = argument === undefined ? 'a request' : `a request, and ${argument} is none`;
        return wrong(`cancel needs ${why}: its id is on the card.`, '/mirror cancel M-7F3K');
      }
      // What stands behind the id is why, as it was typed.
      const reason = text.replace(/^\S+\s+\S+/, '').trim();
      return { kind: 'cancel', id, ...(reason !== '' && { reason: reason.slice(0, REASON_MAX) }) };
    }
    default:
      return word satisfies never;
  }
}

/** Of a sentence or two: it is told in the thread and kept for ever. */
export const REASON_MAX = 500;

const first = (text: string): string => /^\S*/.exec(text)?.[0] ?? '';

/**
 * `/mirror pendign`, `/mirror stauts M-7F3K`. Only a bare word can be a mistyped subcommand; a short one only alone, since
 * with something behind it a short word is more often an image (`helm`).
 */
function typo(said: string, rest: readonly string[]): Subcommand | undefined {
  if (!/^[a-z]{3,10}$/.test(said) || rest.length > 1) return undefined;
  if (said.length < 6 && rest.length > 0) return undefined;
  const meant = nearest(said, WORDS);
  if (meant === undefined) return undefined;
  const command = ['/mirror', meant, ...rest].join(' ');
  return wrong(
    `There is no ${said}. If an image is called so, name its tag: /mirror ${said}:latest.`,
    command,
  );
}

const wrong = (problem: string, meant: string): Subcommand => ({ kind: 'wrong', problem, meant });

const bare = (word: string): string => word.replace(/^[`"'“”‘’<(]+|[`"'“”‘’>),;.]+$/g, '');
