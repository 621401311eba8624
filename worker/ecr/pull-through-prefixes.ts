import { DescribePullThroughCacheRulesCommand } from '@aws-sdk/client-ecr';
import type { Ecr } from './client.ts';
import { describeEcrError } from './errors.ts';

/** A registry has at most 50 rules (ECR user guide, service quotas); ten pages are more than any has. */
const PAGES_MAX = 10;

/**
 * Prefixes of the repositories that ECR fills by itself, without a slash at their end; `ROOT` stands for all. Without the
 * right to ask (ecr:DescribePullThroughCacheRules), or where the registry knows no such rules, there are none: what they
 * would have prevented is then found by the push. Any other problem is thrown as the SDK's error.
 */
export async function pullThroughPrefixes(ecr: Ecr, signal?: AbortSignal): Promise<readonly string[]> {
  const prefixes: string[] = [];
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const command = new DescribePullThroughCacheRulesCommand({
        registryId: ecr.account,
        maxResults: 100,
        ...(nextToken !== undefined && { nextToken }),
      });
      const answer = await ecr.client.send(command, signal ? { abortSignal: signal } : {});
      for (const { ecrRepositoryPrefix: prefix } of answer.pullThroughCacheRules ?? []) {
        if (prefix) prefixes.push(prefix.replace(/\/$/, ''));
      }
      nextToken = answer.nextToken;
      if (nextToken === undefined) break;
    }
    return prefixes;
  } catch (error) {
    const problem = describeEcrError(error, { ...ecr, action: 'ecr:DescribePullThroughCacheRules' });
    if (problem.kind === 'permission') return [];
    if (problem.kind === 'other' && problem.code === 'UnknownOperationException') return [];
    throw error;
  }
}
