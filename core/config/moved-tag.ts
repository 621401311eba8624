import type { ConfigProblem } from './parse.ts';
import { glob } from './glob.ts';
import type { Config } from './schema.ts';

/**
 * What becomes of a tag that stands in ECR with another digest than the source has now. `refuse`: nothing is offered.
 * `suffix`: the new digest gets `<tag>-<first 12 hex of the digest>`, the tag stays. `move`: the tag follows, and each
 * approved digest gets its suffix tag too.
 */
export type MovedTag = Config['movedTag'];

/** CreateRepository takes one to five (API reference, imageTagMutabilityExclusionFilters). */
export const FILTERS_MAX = 5;

type Rules = Pick<Config, 'rules' | 'movedTag' | 'repositories'>;

/** What the rule of this name says of one tag. A rule that moves tags moves those it names, and gives the others a suffix. */
export function movedTagOf(config: Rules, rule: string | undefined, tag: string): MovedTag {
  const found = config.rules.find(({ name }) => name === rule);
  const says = found?.movedTag ?? config.movedTag;
  if (says !== 'move') return says;
  return found && movingTags(found).some((filter) => glob(filter, tag)) ? 'move' : 'suffix';
}

/** The exclusions that a new repository of this name needs, so that what its rules move can be moved. */
export function mutableTagsOf(config: Rules, repository: string): readonly string[] {
  const { mutableTags, tagMutability } = config.repositories;
  if (tagMutability !== 'IMMUTABLE_WITH_EXCLUSION') return mutableTags;
  const moving = movers(config).flatMap(({ rule }) =>
    rule.match.target === undefined || glob(rule.match.target, repository) ? movingTags(rule) : [],
  );
  return [...new Set([...mutableTags, ...moving])];
}

/** A repository's tag settings, as far as moving is concerned. */
export interface TagSettings {
  readonly tagMutability: string;
  readonly mutableTags: readonly string[];
}

/** May a tag that stands there be put again with other bytes? A value that AWS adds later is taken for a no. */
export function mayMove({ tagMutability, mutableTags }: TagSettings, tag: string): boolean {
  const named = mutableTags.some((filter) => glob(filter, tag));
  switch (tagMutability) {
    case 'MUTABLE':
      return true;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return named;
    case 'MUTABLE_WITH_EXCLUSION':
      return !named;
    default:
      return false;
  }
}

/** What a configuration asks of ECR that ECR does not do, each with its place. */
export function movedTagProblems(config: Rules): readonly ConfigProblem[] {
  const { mutableTags, tagMutability } = config.repositories;
  return movers(config).flatMap(({ rule, at }): readonly ConfigProblem[] => {
    const path = `rules[${at}].movingTags`;
    const own = movingTags(rule);
    if (own.length === 0) {
      const message = `rule ${rule.name} moves tags, and does not say which`;
      return [{ path, message, example: '"movingTags": ["latest", "1.*-alpine"]' }];
    }
    if (tagMutability === 'IMMUTABLE') {
      const message = `rule ${rule.name} moves tags, and repositories.tagMutability IMMUTABLE lets none move`;
      return [{ path: 'repositories.tagMutability', message, example: '"IMMUTABLE_WITH_EXCLUSION"' }];
    }
    if (tagMutability === 'MUTABLE') return [];
    const others = movers(config).flatMap((each) => (meet(each.rule, rule) ? movingTags(each.rule) : []));
    const all = [...new Set([...mutableTags, ...others])];
    if (all.length <= FILTERS_MAX) return [];
    const message = `a repository takes ${FILTERS_MAX} wildcards of tags that may move, and for rule ${rule.name} it would need ${all.length}: ${all.join(', ')}`;
    return [{ path, message, example: 'one wildcard for several: "1.*-alpine"' }];
  });
}

type Rule = Config['rules'][number];

const movers = (config: Rules): readonly { readonly rule: Rule; readonly at: number }[] =>
  config.rules.flatMap((rule, at) =>
    rule.decision !== 'deny' && (rule.movedTag ?? config.movedTag) === 'move' ? [{ rule, at }] : [],
  );

/** Named, or the tag part of what the rule matches. */
function movingTags({ movingTags: named, match }: Rule): readonly string[] {
  if (named.length > 0) return named;
  const tag = /:([0-9a-zA-Z._*-]+)$/.exec(match.source ?? '')?.[1];
  return tag === undefined ? [] : [tag];
}

/** Can both be about one repository? Wildcards are compared roughly: a doubt counts as yes. */
function meet(a: Rule, b: Rule): boolean {
  const [one, other] = [a.match.target, b.match.target];
  if (one === undefined || other === undefined) return true;
  return glob(one, other) || glob(other, one);
}
