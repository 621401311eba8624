/** What IAM says when it says no; the same sentence on ECR's control API and on its registry host. */
export interface Denied {
  /** `ecr:PutImage`. */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource?: string;
  /** ARN of who asked. Holds an account id and a role's name: not for every channel. */
  readonly principal?: string;
  /**
   * identity: no policy of the role allows it · resource: no policy of the repository does (another account's) ·
   * deny: something forbids it, mostly an organization's policy · unknown: the sentence stops early.
   */
  readonly reason: 'identity' | 'resource' | 'deny' | 'unknown';
}

const SENTENCE = /not authorized to perform: ([a-z0-9-]+:[A-Za-z*]+)(?: on resource: (\S+))?/;
const PRINCIPAL = /User: (\S+) is not authorized/;

/** Undefined for any other text: an expired token and a full repository are 403 DENIED as well. */
export function parseDenied(text: string): Denied | undefined {
  const [, action, resource] = SENTENCE.exec(text) ?? [];
  if (action === undefined) return undefined;
  const principal = PRINCIPAL.exec(text)?.[1];
  return {
    action,
    ...(resource !== undefined && { resource }),
    ...(principal !== undefined && { principal }),
    reason: reasonOf(text),
  };
}

function reasonOf(text: string): Denied['reason'] {
  if (/explicit deny|no service control policy/.test(text)) return 'deny';
  if (text.includes('no identity-based policy')) return 'identity';
  if (text.includes('no resource-based policy')) return 'resource';
  return 'unknown';
}
