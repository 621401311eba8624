import { DescribePullThroughCacheRulesCommand } from '@aws-sdk/client-ecr';
import type { Ecr } from './client.ts';
import { describeEcrError } from './errors.ts';

/** A registry has at most 50 rules (service quotas), a page has up to 1,000: more pages than these are no answer. */
const PAGES_MAX = 10;

/**
 * `ecrRepositoryPrefix` of the registry's pull-through cache rules: repositories below are filled by ECR itself and
 * compared with their upstream every day (user guide, "pull through cache"). Whoever may not ask
 * (ecr:DescribePullThroughCacheRules) learns of none. Other problems are thrown as the SDK's error.
 */
export async function pullThroughPrefixes(ecr: Ecr, signal?: AbortSignal): Promise<readonly string[]> {
  const prefixes: string[] = [];
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const command = new DescribePullThroughCacheRulesCommand({ registryId: ecr.account, nextToken });
      const answer = await ecr.client.send(command, signal ? { abortSignal: signal } : {});
      for (const { ecrRepositoryPrefix } of answer.pullThroughCacheRules ?? []) {
        if (ecrRepositoryPrefix) prefixes.push(ecrRepositoryPrefix);
      }
      nextToken = answer.nextToken;
      if (nextToken === undefined) break;
    }
  } catch (error) {
    const problem = describeEcrError(error, { ...ecr, action: 'ecr:DescribePullThroughCacheRules' });
    if (problem.kind !== 'permission') throw error;
  }
  return prefixes;
}
