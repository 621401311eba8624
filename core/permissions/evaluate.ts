import type { PolicyDocument, PolicyStatement } from './policy-document.ts';

/** Who wants to do what. */
export interface Access {
  /** `arn:aws:iam::ACCOUNT:role/NAME`, what `aws:PrincipalArn` is for a role session too. */
  readonly principal: string;
  /** `ecr:PutImage` */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** Further condition keys, such as aws:PrincipalOrgID. */
  readonly context?: Readonly<Record<string, string>>;
}

/** `unknown`: a condition of an operator that is not known here, so nobody can say. */
export type Verdict = 'deny' | 'allow' | 'neither' | 'unknown';

/**
 * What one document says of an access: an explicit deny wins (IAM user guide, "Policy evaluation logic"). Only for
 * documents with string and ARN conditions.
 */
export function evaluate({ Statement }: PolicyDocument, access: Access): Verdict {
  const fitting = Statement.filter(
    (each) => namesPrincipal(each, access) && namesAction(each, access) && namesResource(each, access),
  ).map((each) => ({ effect: each.Effect, holds: conditionsHold(each, access) }));
  if (fitting.some(({ effect, holds }) => effect === 'Deny' && holds === true)) return 'deny';
  if (fitting.some(({ holds }) => holds === 'unknown')) return 'unknown';
  return fitting.some(({ effect, holds }) => effect === 'Allow' && holds) ? 'allow' : 'neither';
}

/** Session of an assumed role → the role, as `aws:PrincipalArn` has it (without the role's path, which a session's ARN has lost). */
export function principalOf(arn: string): string {
  const [, partition, account, role] =
    /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/.+$/.exec(arn) ?? [];
  return role === undefined ? arn : `arn:${partition}:iam::${account}:role/${role}`;
}

export const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

function namesPrincipal({ Principal }: PolicyStatement, { principal }: Access): boolean {
  if (Principal === undefined || Principal === '*') return true;
  const account = accountOf(principal);
  return listOf(Principal['AWS'] ?? []).some(
    (named) =>
      named === '*' ||
      named === principal ||
      named === account ||
      (/:root$/.test(named) && accountOf(named) === account),
  );
}

const namesAction = ({ Action }: PolicyStatement, { action }: Access): boolean =>
  listOf(Action).some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase()));

const namesResource = ({ Resource }: PolicyStatement, { resource }: Access): boolean =>
  Resource === undefined || listOf(Resource).some((pattern) => fits(pattern, resource));

/** All of them; a list of values is one of them, and with a negated operator none of them. */
function conditionsHold({ Condition }: PolicyStatement, access: Access): boolean | 'unknown' {
  const context: Readonly<Record<string, string>> = {
    'aws:principalarn': access.principal,
    'aws:principalaccount': accountOf(access.principal),
    ...lowerKeys(access.context ?? {}),
  };
  const found = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) =>
      conditionHolds(operator, context[key.toLowerCase()], listOf(values)),
    ),
  );
  if (found.includes(false)) return false;
  return found.includes('unknown') ? 'unknown' : true;
}

function conditionHolds(
  operator: string,
  given: string | undefined,
  values: readonly string[],
): boolean | 'unknown' {
  switch (operator) {
    case 'StringEquals':
      return given !== undefined && values.includes(given);
    case 'StringNotEquals':
      return given === undefined || !values.includes(given);
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return given !== undefined && values.some((value) => fits(value, given));
    // A key that is not there makes a negated condition true (IAM user guide, "Condition operators").
    case 'StringNotLike':
    case 'ArnNotLike':
    case 'ArnNotEquals':
      return given === undefined || !values.some((value) => fits(value, given));
    default:
      return 'unknown';
  }
}

/** `*` any characters, `?` one. */
function fits(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;
const lowerKeys = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
