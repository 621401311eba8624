import { byPrefix, type PullThroughRule } from './registry-settings.ts';
import type { State } from './state.ts';

export const pullThroughRuleOf = (state: State, repository: string): PullThroughRule | undefined =>
  byPrefix(state.pullThroughRules.values(), repository);

/**
 * This stand-in's own strictness: AWS documents that ECR fills such repositories itself and compares them with their
 * upstream every day, not what happens to a push. A client that pushes there has its tag replaced sooner or later.
 */
export const pullThroughText = (
  repository: string,
  { prefix, upstreamRegistryUrl }: PullThroughRule,
): string =>
  `The repository with name '${repository}' is filled from ${upstreamRegistryUrl} by the pull through cache rule ` +
  `with prefix '${prefix}' and takes no pushes`;
