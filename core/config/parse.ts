import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { canonicalJson } from '../request/event.ts';
import { movedTagProblems } from './moved-tag.ts';
import { problemText } from './problem-text.ts';
import { scheduleProblems } from './schedules.ts';
import { type Config, configSchema } from './schema.ts';

export interface ConfigProblem {
  /** `teams[0].prefixes`, as one would write it. */
  readonly path: string;
  readonly message: string;
  readonly example?: string;
}
export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly hash: string }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const EXAMPLES: Readonly<Record<string, string>> = {
  teams: '[{"id": "default", "prefixes": ["base-images"], "approvers": {"userGroups": ["S012AB3CD"]}}]',
  destinations: '[{"name": "prod", "account": "123456789012", "region": "eu-central-1"}]',
  channels: '{"default": "C012AB3CD"}',
  rules: '[{"name": "base-images", "match": {"target": "base-images/*"}}]',
  network: '{"proxy": "environment"}',
  registries: '{"ghcr.io": {"credentials": "GHCR_TOKEN"}}',
  sources: '["docker.io", "ghcr.io", "*.pkg.dev"]',
};

/** The text of mirror.config.json to Config; every problem at once, each with its path and an example. */
export function parseConfig(text: string): ConfigResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const message = `it is not JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { ok: false, problems: [{ path: '', message }] };
  }
  const parsed = v.safeParse(configSchema, json);
  if (!parsed.success) return { ok: false, problems: parsed.issues.map(toProblem) };
  const problems = crossCheck(parsed.output);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, config: parsed.output, hash: configHash(parsed.output) };
}

export const configHash = (config: Config): string =>
  createHash('sha256').update(canonicalJson(config)).digest('hex').slice(0, 12);

/** One line a problem, for a terminal. */
export const formatProblem = ({ path, message, example }: ConfigProblem): string =>
  `mirror.config.json${path ? `: ${path}` : ''}: ${message}${example ? `. For example ${example}` : ''}`;

/** What a schema cannot say: names that must be known and must not double. */
function crossCheck(config: Config): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const unique = (path: string, names: readonly string[]) => {
    for (const [at, name] of names.entries()) {
      if (names.indexOf(name) !== at)
        problems.push({ path: `${path}[${at}]`, message: `${name} is there twice` });
    }
  };
  unique(
    'teams',
    config.teams.map(({ id }) => id),
  );
  unique(
    'destinations',
    config.destinations.map(({ name }) => name),
  );
  unique(
    'rules',
    config.rules.map(({ name }) => name),
  );
  for (const [at, { match }] of config.rules.entries()) {
    if (match.team !== undefined && !config.teams.some(({ id }) => id === match.team)) {
      problems.push({ path: `rules[${at}].match.team`, message: `there is no team ${match.team}` });
    }
  }
  return [...problems, ...movedTagProblems(config), ...scheduleProblems(config)];
}

function toProblem(issue: v.BaseIssue<unknown>): ConfigProblem {
  const path = (issue.path ?? [])
    .map(({ key }, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? String(key) : `.${String(key)}`))
    .join('');
  const top = path.split(/[.[]/)[0] ?? '';
  const example = EXAMPLES[top];
  return { path, message: problemText(issue), ...(example && { example }) };
}
