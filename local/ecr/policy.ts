import type { Verdict } from '../../core/permissions/evaluate.ts';
import { isForeign, type PolicyQuestion } from './resource-policy.ts';

export interface Denial {
  /** IAM's name: `ecr:PutImage`. */
  readonly action: string;
  /** Only this repository; default all. */
  readonly repository?: string;
  /** Which tail the sentence gets; default `identity`. */
  readonly reason?: Reason;
  /** Drops the connection instead of answering (aws/containers-roadmap#1970: ECR's own behaviour on POST uploads). */
  readonly eof?: boolean;
}

export type Reason = 'identity' | 'resource' | 'deny' | 'resource deny';

export interface PrincipalOptions {
  readonly arn: string;
  /** AWS Organizations: `o-…`, what `aws:PrincipalOrgID` is. */
  readonly organization?: string;
  /** Action names or `ecr:*`; default everything. */
  readonly allow?: readonly string[];
  readonly deny?: readonly Denial[];
}

export interface Refusal {
  /** The sentence IAM gives, the same on both planes. */
  readonly sentence: string;
  readonly eof: boolean;
}

/** Who may do what: a small stand-in for IAM. */
export interface Policy {
  arnOf(accessKeyId: string): string | undefined;
  /** Undefined: allowed. `repository` undefined means the resource `*`. */
  refusal(arn: string, action: string, repository?: string): Refusal | undefined;
  deny(accessKeyId: string, denial: Denial): void;
  /** Lifts every denial of that action. */
  allow(accessKeyId: string, action: string): void;
  /** Temporary credentials end: every later call is signed with what no longer counts. */
  expireCredentials(accessKeyId: string): void;
  credentialsExpired(accessKeyId: string): boolean;
}

export interface PolicyOptions {
  readonly accountId: string;
  /** By access key id. */
  readonly principals: Readonly<Record<string, PrincipalOptions>>;
  readonly arnOfRepository: (name: string) => string;
  /** What the registry's own policy says. */
  readonly resourcePolicy: (question: PolicyQuestion) => Verdict;
}

export function createPolicy(options: PolicyOptions): Policy {
  const { accountId, arnOfRepository, principals, resourcePolicy } = options;
  const denials = new Map<string, readonly Denial[]>();
  for (const [key, principal] of Object.entries(principals)) denials.set(key, principal.deny ?? []);
  const expired = new Set<string>();
  const keyOf = (arn: string) => Object.keys(principals).find((key) => principals[key]?.arn === arn);

  return {
    arnOf: (accessKeyId) => principals[accessKeyId]?.arn,
    refusal: (arn, action, repository) => {
      const key = keyOf(arn);
      const allowed = (key && principals[key]?.allow) ?? ['ecr:*'];
      const denial = (key ? (denials.get(key) ?? []) : []).find(
        (candidate) =>
          candidate.action === action &&
          (candidate.repository === undefined || candidate.repository === repository),
      );
      const permitted = key !== undefined && (allowed.includes('ecr:*') || allowed.includes(action));
      const resource = repository === undefined ? '*' : arnOfRepository(repository);
      const refuses = (): Reason | undefined => {
        if (!permitted || denial) return denial?.reason ?? 'identity';
        const organization = principals[key ?? '']?.organization;
        const verdict = resourcePolicy({ arn, organization, action, resource });
        if (verdict === 'deny') return 'resource deny';
        // The token is asked for at home, by one's own right.
        const needsOurs = repository !== undefined && isForeign(arn, accountId);
        return needsOurs && verdict !== 'allow' ? 'resource' : undefined;
      };
      const reason = refuses();
      if (reason === undefined) return undefined;
      const sentence =
        `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ` +
        tail(reason, action);
      return { sentence, eof: denial?.eof ?? false };
    },
    deny: (accessKeyId, denial) => {
      denials.set(accessKeyId, [...(denials.get(accessKeyId) ?? []), denial]);
    },
    allow: (accessKeyId, action) => {
      const kept = (denials.get(accessKeyId) ?? []).filter((denial) => denial.action !== action);
      denials.set(accessKeyId, kept);
    },
    expireCredentials: (accessKeyId) => {
      expired.add(accessKeyId);
    },
    credentialsExpired: (accessKeyId) => expired.has(accessKeyId),
  };
}

/** Sentences as seen in the field (pytorch/pytorch#137361 for the resource-based one). */
function tail(reason: Reason, action: string): string {
  switch (reason) {
    case 'identity':
      return `because no identity-based policy allows the ${action} action`;
    case 'resource':
      return `because no resource-based policy allows the ${action} action`;
    case 'deny':
      return 'with an explicit deny in a service control policy';
    case 'resource deny':
      return 'with an explicit deny in a resource-based policy';
    default:
      return reason satisfies never;
  }
}
