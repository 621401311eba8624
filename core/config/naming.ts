import { digestPrefix } from '../oci/digest.ts';
import { parseEcrRepositoryName } from '../oci/ecr-repository-name.ts';
import { familiarReference, isTag, type Reference } from '../oci/reference.ts';
import { type Failure, failures } from '../request/failure.ts';
import type { Target } from '../request/request.ts';
import type { Config, Destination, Team } from './schema.ts';

/** A request's team is its channel's, else `default`, else the first. */
export function teamOf(config: Config, channel: string): Team | undefined {
  return (
    config.teams.find(({ channels }) => channels.includes(channel)) ??
    config.teams.find(({ id }) => id === 'default') ??
    config.teams[0]
  );
}

export type TargetResult =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly failure: Failure };

export interface TargetQuestion {
  readonly team: Team;
  readonly source: Reference;
  /** `base-images/nginx` or `base-images/nginx:tag`; undefined = the team's first prefix and the source's last part. */
  readonly text: string | undefined;
}

/** What was typed as the target, checked against ECR's rules, the team's prefixes and the naming pattern. */
export function targetOf(config: Config, question: TargetQuestion): TargetResult {
  const { team, source } = question;
  const destination = config.destinations[0];
  if (!destination) throw new Error('a configuration has at least one destination');
  const app = source.repository.split('/').at(-1) ?? source.repository;
  const text = question.text ?? `${team.prefixes[0]?.replace(/\/$/, '')}/${app}`;
  const colon = text.lastIndexOf(':');
  const repository = colon < 0 ? text : text.slice(0, colon);
  const tag = colon < 0 ? (source.tag ?? defaultTag(source)) : text.slice(colon + 1);
  const command = (name: string) =>
    `/mirror ${familiarReference(source)} ${name}${colon < 0 ? '' : text.slice(colon)}`;

  const parsed = parseEcrRepositoryName(repository);
  const better = parsed.ok ? repository : (parsed.problem.suggestion ?? `${team.prefixes[0]}/${app}`);
  const inTeam = withinTeam(team, better, app);
  if (!parsed.ok) {
    const { message, at } = parsed.problem;
    return no(failures.badRepositoryName({ text: repository, message, at, command: command(inTeam) }));
  }
  if (!isTag(tag)) {
    const message = 'a tag is letters, digits, _ . - and at most 128 long';
    const at = repository.length + 1;
    return no(
      failures.badRepositoryName({ text, message, at, command: command(repository).split(':')[0] ?? '' }),
    );
  }
  if (inTeam !== repository) {
    const { id, prefixes } = team;
    return no(failures.outsidePrefix({ repository, team: id, prefixes, command: command(inTeam) }));
  }
  if (!matchesPattern(config.naming.pattern, repository)) {
    const { pattern } = config.naming;
    return no(
      failures.outsidePattern({ repository, pattern, command: command(`${team.prefixes[0]}/${app}`) }),
    );
  }
  return { ok: true, target: toTarget(destination, parsed.name, tag) };
}

/** `{team}/{app}` and the like: each word in braces stands for one or more path parts. */
export function matchesPattern(pattern: string, repository: string): boolean {
  const escaped = pattern.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[a-z]+\}/g, '.+');
  return new RegExp(`^${escaped}$`).test(repository);
}

const no = (failure: Failure): TargetResult => ({ ok: false, failure });

const toTarget = (destination: Destination, repository: Target['repository'], tag: string): Target => ({
  destination: destination.name,
  account: destination.account,
  region: destination.region,
  repository,
  tag,
});

/** An image asked for by digest alone is tagged with its first 12 hex digits; `latest` would lie. */
const defaultTag = (source: Reference): string => (source.digest ? digestPrefix(source.digest) : 'latest');

function withinTeam(team: Team, repository: string, app: string): string {
  const prefixes = team.prefixes.map((prefix) => prefix.replace(/\/$/, ''));
  if (prefixes.some((prefix) => repository === prefix || repository.startsWith(`${prefix}/`)))
    return repository;
  return `${prefixes[0]}/${app}`;
}
