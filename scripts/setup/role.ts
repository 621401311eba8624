import { IAMClient, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import type { Config } from '../../core/config/schema.ts';
import { partitionOf, prefixesOf, repositoryArns } from '../../core/permissions/arns.ts';
import { actionsOn } from '../../core/permissions/permissions.ts';

export interface RoleLook {
  readonly roleArn: string;
  readonly config: Pick<Config, 'teams' | 'destinations'>;
}

/** What the role may not, of what the worker does; `unasked` = IAM did not say, and why. */
export type RoleFindings =
  | { readonly kind: 'asked'; readonly count: number; readonly missing: readonly string[] }
  | { readonly kind: 'unasked'; readonly why: string };

/**
 * Asks IAM itself what the worker's role may in its own account, below each prefix. What a registry's or a repository's
 * own policy says is not part of the answer (IAM user guide, "Testing IAM policies").
 */
export async function lookAtRole({ config, roleArn }: RoleLook): Promise<RoleFindings> {
  const account = roleArn.split(':')[4];
  const own = config.destinations.filter((each) => each.account === account);
  const [first] = own;
  if (!first) return { kind: 'unasked', why: 'no destination is in the account of the role' };
  const repositories = own.flatMap((destination) =>
    prefixesOf(config).flatMap((prefix) => repositoryArns(destination, [`${prefix}/app`]).slice(0, 1)),
  );
  // IAM is one for a partition, and has one Region in each.
  const client = new IAMClient({ region: IAM_REGIONS[partitionOf(first.region)] ?? first.region });
  const ask = async (actions: readonly string[], resources: readonly string[]) => {
    const pages = paginateSimulatePrincipalPolicy(
      { client },
      { PolicySourceArn: roleArn, ActionNames: [...actions], ResourceArns: [...resources] },
    );
    const missing: string[] = [];
    for await (const { EvaluationResults = [] } of pages) {
      for (const { EvalActionName, EvalDecision, EvalResourceName } of EvaluationResults) {
        if (EvalDecision !== 'allowed') missing.push(`${EvalActionName} on ${EvalResourceName}`);
      }
    }
    return missing;
  };
  const below = actionsOn('repositories', ['worker']);
  const wide = actionsOn('anything', ['worker']);
  try {
    const missing = [...(await ask(below, repositories)), ...(await ask(wide, ['*']))];
    return { kind: 'asked', count: below.length + wide.length, missing };
  } catch (error) {
    return {
      kind: 'unasked',
      why: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    };
  } finally {
    client.destroy();
  }
}

const IAM_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};
