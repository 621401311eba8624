import { nearest } from '../nearest.ts';
import { digestPrefix } from '../oci/digest.ts';
import { parseEcrRepositoryName } from '../oci/ecr-repository-name.ts';
import { familiarReference, isTag, type Reference } from '../oci/reference.ts';
import { type Failure, failures } from '../request/failure.ts';
import type { Target } from '../request/image.ts';
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
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** The first wrong character in the target's text, where one is. */
      readonly from?: number;
    };

export interface TargetQuestion {
  readonly team: Team;
  readonly source: Reference;
  /** `base-images/nginx` or `base-images/nginx:tag`; undefined = the team's first prefix and the source's last part. */
  readonly text: string | undefined;
  /** Instead of the text's tag, or the source's. */
  readonly tag?: string | undefined;
  /** Name of a destination; undefined = the first one. */
  readonly to?: string | undefined;
}

/** What was typed as the target, checked against ECR's rules, the team's prefixes and the naming pattern. */
export function targetOf(config: Config, question: TargetQuestion): TargetResult {
  const { team, source } = question;
  const [first] = config.destinations;
  if (!first) throw new Error('a configuration has at least one destination');
  const destination = question.to === undefined ? first : destinationOf(config, question.to);
  if (!destination) return no(unknownDestination(config, source, question.to ?? ''));
  const { repository, tag: inText } = split(
    question.text ?? `${firstPrefix(team)}/${lastPart(source.repository)}`,
  );
  const { tag = inText ?? source.tag ?? defaultTag(source) } = question;
  const typed = { repository, ...((question.tag ?? inText) !== undefined && { tag }) };
  const better = correctedCommand(config, question, typed);
  const command = better === undefined ? {} : { command: better };

  const parsed = parseEcrRepositoryName(repository);
  if (!parsed.ok) {
    const { message, at } = parsed.problem;
    return { ...no(failures.badRepositoryName({ text: repository, message, at, ...command })), from: at };
  }
  if (!isTag(tag)) {
    const message = 'a tag is letters, digits, _ . - and at most 128 long';
    const text = `${repository}:${tag}`;
    const at = repository.length + 1;
    return { ...no(failures.badRepositoryName({ text, message, at, ...command })), from: at };
  }
  if (!isOfTeam(team, repository)) {
    const { id, prefixes } = team;
    return no(failures.outsidePrefix({ repository, team: id, prefixes, ...command }));
  }
  const { pattern } = config.naming;
  if (!matchesPattern(pattern, repository)) {
    return no(failures.outsidePattern({ repository, pattern, ...command }));
  }
  const target = toTarget(destination, parsed.name, tag);
  return { ok: true, target: destination === first ? target : { ...target, named: true } };
}

const destinationOf = ({ destinations }: Config, name: string): Destination | undefined =>
  destinations.find((each) => each.name.toLowerCase() === name.toLowerCase());

function unknownDestination({ destinations }: Config, source: Reference, name: string): Failure {
  const names = destinations.map((each) => each.name);
  const meant = nearest(name.toLowerCase(), names);
  return failures.unknownDestination({ source, name, names, ...(meant !== undefined && { meant }) });
}

interface Typed {
  readonly repository: string;
  /** Undefined = the source's. */
  readonly tag?: string;
}

function split(text: string): Typed {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? { repository: text } : { repository: text.slice(0, colon), tag: text.slice(colon + 1) };
}

/** The nearest to what was typed that would be taken; undefined where nothing near it would. */
function correctedCommand(
  config: Config,
  { team, source, to }: TargetQuestion,
  typed: Typed,
): string | undefined {
  const app = lastPart(source.repository);
  const prefix = firstPrefix(team);
  const near = nearPrefix(team, typed.repository);
  const names = [
    typed.repository,
    ...(near === undefined ? [] : [near]),
    ...(isPrefix(team, typed.repository) ? [] : [`${prefix}/${lastPart(typed.repository)}`]),
    `${prefix}/${app}`,
  ];
  const repository = names
    .map((name) => {
      const parsed = parseEcrRepositoryName(name);
      return parsed.ok ? name : parsed.problem.suggestion;
    })
    .find(
      (name) => name !== undefined && isOfTeam(team, name) && matchesPattern(config.naming.pattern, name),
    );
  if (repository === undefined) return undefined;
  const tag = typed.tag !== undefined && isTag(typed.tag) ? `:${typed.tag}` : '';
  const option = to === undefined ? '' : ` --to ${to}`;
  return `/mirror ${familiarReference(source)} ${repository}${tag}${option}`;
}

/** `base-image/nginx` below the prefix that was most likely meant, `base-images`. */
function nearPrefix(team: Team, repository: string): string | undefined {
  for (const prefix of team.prefixes.map(bare)) {
    const parts = repository.split('/');
    const depth = prefix.split('/').length;
    if (parts.length <= depth) continue;
    const typed = parts.slice(0, depth).join('/');
    if (nearest(typed, [prefix]) !== undefined) return [prefix, ...parts.slice(depth)].join('/');
  }
  return undefined;
}

/** `{team}/{app}` and the like: each word in braces stands for one or more path parts. */
export function matchesPattern(pattern: string, repository: string): boolean {
  const escaped = pattern.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[a-z]+\}/g, '.+');
  return new RegExp(`^${escaped}$`).test(repository);
}

const no = (failure: Failure) => ({ ok: false, failure }) as const;

const toTarget = (destination: Destination, repository: Target['repository'], tag: string): Target => ({
  destination: destination.name,
  account: destination.account,
  region: destination.region,
  repository,
  tag,
});

/** An image asked for by digest alone is tagged with its first 12 hex digits; `latest` would lie. */
const defaultTag = (source: Reference): string => (source.digest ? digestPrefix(source.digest) : 'latest');

const bare = (prefix: string): string => prefix.replace(/\/$/, '');
const firstPrefix = (team: Team): string => bare(team.prefixes[0] ?? '');
const lastPart = (path: string): string => path.split('/').at(-1) ?? path;
const isPrefix = (team: Team, repository: string): boolean =>
  team.prefixes.some((prefix) => repository === bare(prefix));
const isOfTeam = (team: Team, repository: string): boolean =>
  isPrefix(team, repository) || team.prefixes.some((prefix) => repository.startsWith(`${bare(prefix)}/`));
