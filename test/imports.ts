import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** One import of one file, as written and as meant. */
export interface Import {
  /** From the repository's root, with forward slashes. */
  readonly file: string;
  /** A path from the root for our own files; a package's name, or `node:...`, for others. */
  readonly target: string;
  readonly ours: boolean;
  /** Only types: gone when the program runs. */
  readonly typeOnly: boolean;
  /** What is taken from it, in braces. */
  readonly names: readonly string[];
}

const root = new URL('../', import.meta.url);

/** Every source file below these folders. */
export function sourceFiles(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((name) => /\.[jt]sx?$/.test(name)),
  );
}

export const readSource = (file: string): string => readFileSync(new URL(file, root), 'utf8');

const STATEMENT =
  /^(?:import|export)\s+(?<type>type\s+)?(?:(?<what>[\w$*{][^'"]*?)\s+from\s+)?['"](?<from>[^'"]+)['"]/gm;
const CALL = /\b(?:import|require)\(\s*['"](?<from>[^'"]+)['"]\s*\)/g;

/** The imports of a source text. Re-exports and import() count; a text in a comment's middle of a line does not. */
export function importsOf(file: string, source: string): readonly Import[] {
  const statements = [...source.matchAll(STATEMENT), ...source.matchAll(CALL)];
  return statements.map(({ groups }) => {
    const from = groups?.['from'] ?? '';
    const list = /\{([^}]*)\}/.exec(groups?.['what'] ?? '')?.[1] ?? '';
    const names = list
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const ours = from.startsWith('.');
    const allTypes = names.length > 0 && names.every((name) => name.startsWith('type '));
    return {
      file,
      target: ours ? posix.normalize(posix.join(posix.dirname(file), from)) : packageOf(from),
      ours,
      typeOnly: groups?.['type'] !== undefined || allTypes,
      names: names.map((name) => name.replace(/^type /, '').replace(/ as .*$/, '')),
    };
  });
}

/** `@scope/name` or `name`, without the path inside the package; `node:fs/promises` is `node:fs`. */
const packageOf = (from: string): string =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
