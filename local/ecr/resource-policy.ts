import { accountOf, evaluate, principalOf, type Verdict } from '../../core/permissions/evaluate.ts';
import { parsePolicy } from '../../core/permissions/policy-document.ts';
import { accountSetting } from './registry-settings.ts';
import type { State } from './state.ts';

export interface PolicyQuestion {
  readonly arn: string;
  readonly organization?: string | undefined;
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
}

/** All that a registry policy says something about in the first scope (ECR user guide, "Private registry permissions"). */
const FIRST_SCOPE = ['ecr:ReplicateImage', 'ecr:BatchImportUpstreamImage', 'ecr:CreateRepository'];

/** What the registry's own policy says of it. */
export function registryPolicyVerdict(
  state: Pick<State, 'registryPolicy' | 'accountSettings'>,
  { arn, organization, action, resource }: PolicyQuestion,
): Verdict {
  const document = state.registryPolicy === undefined ? undefined : parsePolicy(state.registryPolicy);
  if (!document) return 'neither';
  const scope = accountSetting(state.accountSettings, 'REGISTRY_POLICY_SCOPE');
  if (scope === 'V1' && !FIRST_SCOPE.includes(action)) return 'neither';
  return evaluate(document, {
    principal: principalOf(arn),
    action,
    resource,
    ...(organization !== undefined && { context: { 'aws:PrincipalOrgID': organization } }),
  });
}

/** Somebody of another account needs a yes of both sides, and this is ours. */
export const isForeign = (arn: string, accountId: string): boolean => accountOf(arn) !== accountId;
