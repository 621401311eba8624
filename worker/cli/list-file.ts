import { formatTarget, type Pair, parsePair } from './pair.ts';

/** One line of a list that says something. */
export interface ListLine {
  /** From 1, as editors count. */
  readonly number: number;
  readonly text: string;
  readonly entry:
    | { readonly ok: true; readonly pair: Pair }
    | { readonly ok: false; readonly problem: string; readonly suggestion?: string };
}

/**
 * Lines of "source target", separated by spaces or tabs. `#` begins a comment, at the start of a line or after a
 * space; empty lines do not count. A line that cannot be read, or whose target another line has, is a problem of its own.
 */
export function parseList(text: string): readonly ListLine[] {
  const targets = new Map<string, number>();
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, at): readonly ListLine[] => {
      const said = line.replace(/(?:^|\s)#.*$/, '').trim();
      if (said === '') return [];
      const number = at + 1;
      const entry = parseEntry(said);
      if (!entry.ok) return [{ number, text: said, entry }];
      const target = formatTarget(entry.pair.target);
      const taken = targets.get(target);
      if (taken !== undefined) {
        const problem = `line ${taken} has the same target, ${target}`;
        return [{ number, text: said, entry: { ok: false, problem } }];
      }
      targets.set(target, number);
      return [{ number, text: said, entry }];
    });
}

function parseEntry(said: string): ListLine['entry'] {
  const [source = '', target, ...more] = said.split(/\s+/);
  if (target === undefined || more.length > 0) {
    return { ok: false, problem: 'a line is a source and a target, and nothing else' };
  }
  const pair = parsePair(source, target);
  if (pair.ok) return pair;
  const { problem, side, suggestion } = pair;
  if (suggestion === undefined) return { ok: false, problem };
  const line = side === 'source' ? `${suggestion} ${target}` : `${source} ${suggestion}`;
  return { ok: false, problem, suggestion: line };
}
