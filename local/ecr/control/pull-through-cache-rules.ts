import type {
  CreatePullThroughCacheRuleResponse,
  DescribePullThroughCacheRulesResponse,
  PullThroughCacheRule,
  UpstreamRegistry,
} from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import type { PullThroughRule } from '../registry-settings.ts';
import { seconds, type Wire } from '../wire.ts';
import type { EcrWorld } from '../world.ts';
import { ControlError } from './control-error.ts';
import { checkLength, page, pageOf, parseInput, registryId } from './input.ts';
import type { Operation } from './operation.ts';

const created = v.object({
  registryId,
  ecrRepositoryPrefix: v.string(),
  upstreamRegistryUrl: v.string(),
  upstreamRegistry: v.optional(v.string()),
});

export const createPullThroughCacheRule: Operation = ({ world }, raw) => {
  const input = parseInput(created, raw);
  const { ecrRepositoryPrefix: prefix, upstreamRegistryUrl } = input;
  if (world.state.pullThroughRules.has(prefix)) {
    throw new ControlError(
      'PullThroughCacheRuleAlreadyExistsException',
      `The pull through cache rule with prefix '${prefix}' already exists in the registry with id '${world.accountId}'`,
    );
  }
  const upstreamRegistry = input.upstreamRegistry ?? KNOWN[upstreamRegistryUrl] ?? 'ecr';
  const rule = { prefix, upstreamRegistryUrl, upstreamRegistry, createdAt: world.now() };
  world.state.change({ kind: 'pullThroughRule', rule });
  return shapeOf(world, rule) satisfies Wire<CreatePullThroughCacheRuleResponse>;
};

const described = v.object({
  registryId,
  ecrRepositoryPrefixes: v.optional(v.array(v.string())),
  ...page,
});

export const describePullThroughCacheRules: Operation = ({ world }, raw) => {
  const input = parseInput(described, raw);
  const { ecrRepositoryPrefixes: prefixes } = input;
  checkLength(prefixes ?? [], 'ecrRepositoryPrefixes', 100);
  const rules = world.state.pullThroughRules;
  const unknown = prefixes?.find((prefix) => !rules.has(prefix));
  if (unknown !== undefined) {
    throw new ControlError(
      'PullThroughCacheRuleNotFoundException',
      `No pull through cache rule with prefix '${unknown}' in the registry with id '${world.accountId}'`,
    );
  }
  const asked = [...rules.values()].filter(({ prefix }) => prefixes?.includes(prefix) ?? true);
  const { items, nextToken } = pageOf(asked, input, 100);
  return {
    pullThroughCacheRules: items.map((rule) => shapeOf(world, rule)),
    ...(nextToken && { nextToken }),
  } satisfies Wire<DescribePullThroughCacheRulesResponse>;
};

const KNOWN: Readonly<Record<string, string>> = {
  'public.ecr.aws': 'ecr-public',
  'quay.io': 'quay',
  'registry.k8s.io': 'k8s',
  'registry-1.docker.io': 'docker-hub',
  'ghcr.io': 'github-container-registry',
  'registry.gitlab.com': 'gitlab-container-registry',
};

const shapeOf = (world: EcrWorld, rule: PullThroughRule) =>
  ({
    ecrRepositoryPrefix: rule.prefix,
    upstreamRegistryUrl: rule.upstreamRegistryUrl,
    createdAt: seconds(rule.createdAt),
    registryId: world.accountId,
    ...(isUpstream(rule.upstreamRegistry) && { upstreamRegistry: rule.upstreamRegistry }),
  }) satisfies Wire<PullThroughCacheRule>;

/** On the wire it is a string like any other; AWS adds values. */
const isUpstream = (name: string): name is UpstreamRegistry => name !== '';
