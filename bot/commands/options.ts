import { nearest } from '../../core/nearest.ts';
import { isTag } from '../../core/oci/reference.ts';
import { formatPlatform, parsePlatform } from '../../core/oci/platform.ts';
import type { Mistake } from './mistake.ts';
import type { Word } from './words.ts';

/** What the options of a command say. */
export interface Options {
  /** `linux/amd64`, …, each once. */
  readonly platforms: readonly string[];
  readonly tag?: string;
  /** Name of a destination in the configuration. */
  readonly to?: string;
  readonly reason?: string;
  readonly dryRun: boolean;
  /** Where the value of an option stands in the text. */
  readonly places: Readonly<Partial<Record<'tag' | 'to', number>>>;
}

export type OptionsRead =
  | { readonly ok: true; readonly options: Options; readonly rest: readonly Word[] }
  | { readonly ok: false; readonly mistake: Mistake };

type Name = 'platform' | 'tag' | 'to' | 'reason' | 'dry-run';
const NAMES: readonly Name[] = ['platform', 'tag', 'to', 'reason', 'dry-run'];
/** Other ways to write them, and what other tools call the same. */
const ALIASES = new Map<string, Name>([
  ['platforms', 'platform'],
  ['arch', 'platform'],
  ['destination', 'to'],
  ['dest', 'to'],
  ['because', 'reason'],
  ['dryrun', 'dry-run'],
]);
/** Of `docker pull`, pasted with it; they say nothing about an image. */
const OF_DOCKER = new Set(['q', 'quiet', 'disable-content-trust']);

const OPTION = /^--?([a-z][a-z-]*)(?:=(.*))?$/is;

/** Takes the options out of the words. Single dashes count too: phones make one of two. */
export function readOptions(words: readonly Word[]): OptionsRead {
  const rest: Word[] = [];
  const platforms: string[] = [];
  const single: { tag?: string; to?: string; reason?: string } = {};
  const places: { tag?: number; to?: number } = {};
  let dryRun = false;
  for (let n = 0; n < words.length; n += 1) {
    const word = words[n];
    if (!word) break;
    const [, spelled, glued] = isOption(word) ? (OPTION.exec(word.text) ?? []) : [];
    if (spelled === undefined) {
      rest.push(word);
      continue;
    }
    const lower = spelled.toLowerCase();
    if (OF_DOCKER.has(lower)) continue;
    const name = NAMES.find((each) => each === lower) ?? ALIASES.get(lower);
    if (name === undefined) return { ok: false, mistake: unknown(word, lower) };
    if (name === 'dry-run') {
      dryRun = true;
      continue;
    }
    const taken = glued === undefined ? follow(words, n + 1, name) : [{ ...word, text: glued }];
    const [first] = taken;
    const text = taken.map((each) => each.text).join(' ');
    if (!first || text === '') return { ok: false, mistake: nothing(word, name) };
    if (glued === undefined) n += taken.length;
    const place = glued === undefined ? first.at : word.end - glued.length;
    switch (name) {
      case 'platform': {
        const read = readPlatforms(text, place);
        if (!read.ok) return read;
        platforms.push(...read.platforms);
        break;
      }
      case 'tag':
        if (single.tag !== undefined) return { ok: false, mistake: twice(word, name) };
        if (!isTag(text)) return { ok: false, mistake: badTag(text, place) };
        single.tag = text;
        places.tag = place;
        break;
      case 'to':
        if (single.to !== undefined) return { ok: false, mistake: twice(word, name) };
        single.to = text;
        places.to = place;
        break;
      case 'reason':
        if (single.reason !== undefined) return { ok: false, mistake: twice(word, name) };
        single.reason = text;
        break;
      default:
        name satisfies never;
    }
  }
  return { ok: true, options: { platforms: [...new Set(platforms)], ...single, dryRun, places }, rest };
}

const isOption = ({ text, quoted }: Word): boolean => text.startsWith('-') && text !== '->' && !quoted;

/** The words of an option's value: one, or for a reason without quotes all up to the next option. */
function follow(words: readonly Word[], from: number, name: Name): readonly Word[] {
  const first = words[from];
  if (!first || isOption(first)) return [];
  if (name !== 'reason' || first.quoted) return [first];
  const end = words.findIndex((word, n) => n > from && isOption(word));
  return words.slice(from, end < 0 ? words.length : end);
}

type Platforms =
  | { readonly ok: true; readonly platforms: readonly string[] }
  | { readonly ok: false; readonly mistake: Mistake };

function readPlatforms(text: string, at: number): Platforms {
  const platforms: string[] = [];
  let place = at;
  for (const name of text.split(',')) {
    const platform = parsePlatform(name);
    if (!platform) {
      const message = `--platform takes linux/amd64 or linux/amd64,linux/arm64; ${name || 'nothing'} is none.`;
      const meant = ARCHITECTURES.get(name.toLowerCase()) ?? nearest(name.toLowerCase(), USUAL_PLATFORMS);
      return {
        ok: false,
        mistake: { message, at: place, length: name.length, ...(meant && { meant }) },
      };
    }
    platforms.push(formatPlatform(platform));
    place += name.length + 1;
  }
  return { ok: true, platforms };
}

const USUAL_PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/386', 'windows/amd64'];
/** An architecture alone means Linux, as in docker's own messages. */
const ARCHITECTURES = new Map([
  ['amd64', 'linux/amd64'],
  ['x86_64', 'linux/amd64'],
  ['arm64', 'linux/arm64'],
  ['aarch64', 'linux/arm64'],
  ['arm', 'linux/arm/v7'],
  ['386', 'linux/386'],
]);

function unknown(word: Word, spelled: string): Mistake {
  const known = [...NAMES, ...ALIASES.keys()];
  const near = nearest(spelled, known);
  const name = near === undefined ? undefined : (ALIASES.get(near) ?? near);
  const dashed = /^-*[^=]*/.exec(word.text)?.[0] ?? word.text;
  return {
    message: `${dashed} is no option of /mirror; ${NAMES.map((each) => `--${each}`).join(', ')} are.`,
    at: word.at,
    length: dashed.length,
    ...(name !== undefined && { meant: `--${name}` }),
  };
}

const EXAMPLES: Readonly<Record<Exclude<Name, 'dry-run'>, string>> = {
  platform: 'linux/amd64',
  tag: '1.21-alpine',
  to: 'a destination',
  reason: '"base image of the shop"',
};

const nothing = (word: Word, name: Exclude<Name, 'dry-run'>): Mistake => ({
  message: `Nothing follows --${name}; write --${name} ${EXAMPLES[name]}.`,
  at: word.at,
  length: word.end - word.at,
});

const twice = (word: Word, name: Name): Mistake => ({
  message: `--${name} stands there twice.`,
  at: word.at,
  length: word.end - word.at,
});

const badTag = (text: string, at: number): Mistake => ({
  message: `${text} is no tag: letters, digits, _ . - and at most 128 of them.`,
  at,
  length: text.length,
});
