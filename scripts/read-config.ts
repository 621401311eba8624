import { readFileSync } from 'node:fs';
import { formatProblem, parseConfig } from '../core/config/parse.ts';
import type { Config } from '../core/config/schema.ts';

export type ReadConfig =
  | { readonly ok: true; readonly config: Config }
  /** One line each. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** The configuration of the flag, of MIRROR_CONFIG, or of the file beside package.json. */
export function readConfig(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): ReadConfig {
  const file = flag ?? env['MIRROR_CONFIG'] ?? 'mirror.config.json';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { ok: false, problems: [`${file} cannot be read; name another with --config`] };
  }
  const parsed = parseConfig(text);
  return parsed.ok
    ? { ok: true, config: parsed.config }
    : { ok: false, problems: parsed.problems.map(formatProblem) };
}
