import { deniedAnyhow } from '../../core/config/rules.ts';
import type { Config, Team } from '../../core/config/schema.ts';
import { familiarReference, formatReference } from '../../core/oci/reference.ts';
import { failures } from '../../core/request/failure.ts';
import type { Entry } from '../../core/request/image.ts';
import { parseAsked } from '../commands/command-text.ts';
import { corrected } from '../commands/mistake.ts';
import { cleanLines } from '../pasted/clean.ts';
import { imagesIn } from '../pasted/images-in.ts';
import { type EntryResult, readEntry, type Typed } from '../requests/read-entry.ts';

/** A line that asks for an image which can be looked up. */
export interface ReadLine {
  /** From 1, as editors count. */
  readonly line: number;
  readonly entry: Entry;
}
/** A line that cannot be used, why, and what was probably meant instead of it. */
export interface BadLine {
  readonly line: number;
  readonly text: string;
  readonly problem: string;
  readonly meant?: string;
}
export interface ListReading {
  readonly lines: readonly ReadLine[];
  readonly bad: readonly BadLine[];
  /** The same image for the same target as an earlier line: asked for once. */
  readonly merged: readonly { readonly line: number; readonly as: number; readonly name: string }[];
}

export interface ListOf {
  readonly config: Config;
  readonly configHash: string;
  readonly team: Team;
}

/** More than these are not read: nobody can look through them on cards. */
export const LIST_MAX = 200;

/**
 * A list: one image a line, as `source target` or in any form that a command takes, with bullets, commas and comments; or
 * a whole Dockerfile or compose file. Several texts are one list, whose lines go on being counted. Each line is judged for
 * itself, also by naming and by the rules that deny it whatever it is. Pure.
 */
export function readList(of: ListOf, ...pasted: readonly string[]): ListReading {
  const lines: ReadLine[] = [];
  const bad: BadLine[] = [];
  const merged: ListReading['merged'][number][] = [];
  const seen = new Map<string, ReadLine>();
  for (const { line, text: said, typed } of allLines(pasted)) {
    const wrong = (problem: string, meant?: string): void => {
      bad.push({ line, text: said, problem, ...(meant !== undefined && { meant }) });
    };
    if ('problem' in typed) {
      wrong(typed.problem, typed.meant);
      continue;
    }
    const read = readEntry(of.config, of.team, typed);
    if (!read.ok) {
      wrong(...refused(read));
      continue;
    }
    const { entry } = read;
    const denied = deniedBy(of, entry);
    if (denied !== undefined) {
      wrong(denied);
      continue;
    }
    const key = placeOf(entry);
    const other = seen.get(key);
    if (!other) {
      const one = { line, entry };
      if (lines.length >= LIST_MAX)
        wrong(`A list has at most ${LIST_MAX} images: put this one into another list.`);
      else lines.push(one);
      seen.set(key, one);
    } else if (whatOf(other.entry) === whatOf(entry)) {
      merged.push({ line, as: other.line, name: familiarReference(entry.source) });
    } else {
      const { repository, tag } = entry.target;
      wrong(`Line ${other.line} has the same target, ${repository}:${tag}, for another image.`);
    }
  }
  return { lines, bad, merged };
}

interface Line {
  readonly line: number;
  readonly text: string;
  readonly typed: Typed | { readonly problem: string; readonly meant?: string };
}

function allLines(pasted: readonly string[]): readonly Line[] {
  let before = 0;
  return pasted.flatMap((text) => {
    const from = before;
    before += text.split('\n').length;
    return linesOf(cleanLines(text)).map((each) => ({ ...each, line: each.line + from }));
  });
}

function linesOf(text: string): readonly Line[] {
  const file = imagesIn(text);
  if (file) {
    return file.images.map(({ line, source, platforms, problem }) => ({
      line,
      text: source,
      typed: problem === undefined ? { source, ...(platforms && { platforms }) } : { problem: `${problem}.` },
    }));
  }
  return text.split('\n').flatMap((raw, at) => {
    const said = strip(raw);
    return said === '' || HEAD.test(said) ? [] : [{ line: at + 1, text: said, typed: readLine(said) }];
  });
}

/** The head of a table that was pasted with it. */
const HEAD = /^(?:source|image|from)[\s,;|]+(?:target|to|repository)$/i;

/** Comments, bullets and numbers before a line, and what tables put between its two halves. */
function strip(raw: string): string {
  const said = raw
    .replace(/(?:^|\s)#.*$/, '')
    .replace(/^\s*\|?\s*(?:[-*\u2022]|\d{1,3}[.)])\s+/, '')
    .replace(/^\s*\|\s*|\s*\|\s*$/g, '')
    .trim();
  return said.includes(' -') ? said : said.replace(/\s*[,;|]\s*/g, ' ').trim();
}

function readLine(said: string): Line['typed'] {
  const parsed = parseAsked(said);
  if (parsed.kind === 'mistake') {
    const meant = corrected(parsed.text, parsed.mistake);
    return { problem: parsed.mistake.message, ...(meant !== undefined && { meant }) };
  }
  if (parsed.reason !== undefined || parsed.dryRun) {
    return { problem: 'A reason and --dry-run are for the whole list, not for a line.' };
  }
  const { kind: _, typed: __, ...typed } = parsed;
  return typed;
}

function refused({ failure }: Extract<EntryResult, { ok: false }>): [string, string | undefined] {
  return [failure.summary, failure.command?.replace(/^\/mirror /, '')];
}

function deniedBy({ config, configHash, team }: ListOf, { source, target }: Entry): string | undefined {
  const denied = deniedAnyhow(config, { team, source, target, configHash });
  return denied && failures.denyRule({ source, rule: denied.name }).summary;
}

const placeOf = ({ target }: Entry): string =>
  `${target.account}/${target.region}/${target.repository}:${target.tag}`;
const whatOf = ({ platforms = [], source }: Entry): string =>
  `${formatReference(source)} ${[...platforms].sort().join(',')}`;
